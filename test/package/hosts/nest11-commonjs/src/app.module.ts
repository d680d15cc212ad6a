import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { TERMS_OPTIONS, TermsStep, type TermsOptions } from 'nestjs-auth-redirect/steps/terms';
import { ISSUER, SECRET } from './login';
import { NicknameStep } from './nickname.step';
import { NicknamesModule } from './nicknames.service';

const terms: TermsOptions = { title: 'Terms of Service', version: '2026-11', text: 'You may use this.' };

@Module({ providers: [{ provide: TERMS_OPTIONS, useValue: terms }], exports: [TERMS_OPTIONS] })
class TermsModule {}

@Module({
  imports: [
    AuthRedirectModule.forRootAsync({
      imports: [TermsModule, NicknamesModule],
      steps: [TermsStep, NicknameStep],
      useFactory: () => ({ issuer: ISSUER, secret: SECRET, viewsDirectory: join(__dirname, 'views') }),
    }),
  ],
})
export class AppModule {}
