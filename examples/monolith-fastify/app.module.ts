import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { redisReplayStore } from 'nestjs-auth-redirect/redis';
import { ApiKeyGuard } from './auth/api-key.guard.js';
import { Public } from './auth/public.decorator.js';
import { environment } from './environment.js';
import { LoginCheckModule } from './login-check/login-check.module.js';
import { PhoneStep } from './users/phone.step.js';
import { UsersModule } from './users/users.module.js';

const { issuer, secret, redisUrl } = environment;

@Module({
  imports: [
    UsersModule,
    AuthRedirectModule.forRoot({
      issuer,
      secret,
      viewsDirectory: join(__dirname, 'views'),
      steps: [PhoneStep],
      imports: [UsersModule],
      decorators: [Public()],
      ...(redisUrl && { replayStore: redisReplayStore({ url: redisUrl }) }),
    }),
    LoginCheckModule,
  ],
  providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AppModule {}
