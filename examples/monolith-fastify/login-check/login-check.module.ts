import { Module } from '@nestjs/common';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { environment } from '../environment.js';
import { UsersModule } from '../users/users.module.js';
import { LoginCheckController } from './login-check.controller.js';

const { issuer, secret } = environment;

/** Imports the module without its routes. */
@Module({
  imports: [UsersModule, AuthRedirectModule.forRoot({ path: false, issuer, secret })],
  controllers: [LoginCheckController],
})
export class LoginCheckModule {}
