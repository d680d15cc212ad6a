import { Controller, Get, Param } from '@nestjs/common';
import { UsersService, type User } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get(':id')
  find(@Param('id') id: string): User {
    return this.users.find(id);
  }
}
