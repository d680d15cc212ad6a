import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AuthRedirectModule, type AuthRedirectOptions } from 'nestjs-auth-redirect';
import { AuditModule } from './audit/audit.module.js';
import { AuditService } from './audit/audit.service.js';
import { AuthModule } from './auth/auth.module.js';
import { Public } from './auth/public.decorator.js';
import { DisplayNameStep } from './users/display-name.step.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    AuthModule,
    UsersModule,
    AuthRedirectModule.forRootAsync({
      path: 'auth/redirect',
      decorators: [Public()],
      steps: [DisplayNameStep],
      imports: [UsersModule, AuditModule],
      inject: [ConfigService, AuditService],
      useFactory: (config: ConfigService, audit: AuditService): AuthRedirectOptions => ({
        issuer: config.getOrThrow('AUTH0_ISSUER'),
        secret: config.getOrThrow('AUTH0_SESSION_SECRET'),
        viewsDirectory: join(__dirname, 'views'),
        onCompleted: (event, login) => audit.completed(event, login),
        onDenied: (event, login) => audit.denied(event, login),
        onRefused: (event) => audit.refused(event),
      }),
    }),
    AuthRedirectModule.forRootAsync({
      path: 'staff/redirect',
      decorators: [Public()],
      inject: [ConfigService],
      useFactory: (config: ConfigService): AuthRedirectOptions => ({
        issuer: config.getOrThrow('STAFF_AUTH0_ISSUER'),
        secret: config.getOrThrow('STAFF_AUTH0_SESSION_SECRET'),
        branding: { name: 'Staff' },
      }),
    }),
  ],
})
export class AppModule {}
