import { Module } from '@nestjs/common';
import { AuthRedirectModule } from 'nestjs-auth-redirect';

@Module({
  imports: [
    AuthRedirectModule.forRoot({
      issuer: process.env.AUTH0_ISSUER ?? '',
      secret: process.env.AUTH0_SESSION_SECRET ?? '',
    }),
  ],
})
export class AppModule {}
