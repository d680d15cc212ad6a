import { Controller, Get, Req } from '@nestjs/common';
import type { SignedIn } from '../auth/auth.guard.js';
import { UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  me(@Req() { user }: SignedIn): { displayName: string | null } {
    return { displayName: this.users.displayNameOf(user.sub) ?? null };
  }
}
