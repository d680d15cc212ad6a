import { Module } from '@nestjs/common';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { PROFILE_OPTIONS, ProfileStep, type ProfileOptions } from 'nestjs-auth-redirect/steps/profile';
import { ISSUER, SECRET } from './login';

const profile: ProfileOptions = {
  fields: [{ name: 'given_name', type: 'text', label: 'Given name', required: true }],
};

@Module({ providers: [{ provide: PROFILE_OPTIONS, useValue: profile }], exports: [PROFILE_OPTIONS] })
class ProfileModule {}

@Module({
  imports: [
    AuthRedirectModule.forRoot({ issuer: ISSUER, secret: SECRET, imports: [ProfileModule], steps: [ProfileStep] }),
  ],
})
export class AppModule {}
