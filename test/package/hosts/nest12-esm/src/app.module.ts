import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { TERMS_OPTIONS, TermsStep, type TermsOptions } from 'nestjs-auth-redirect/steps/terms';
import { ColorStep } from './color.step.js';
import { ISSUER, SECRET } from './login.js';

const terms: TermsOptions = { title: 'Terms of Service', version: '2026-11', url: 'https://example.com/terms' };

@Module({ providers: [{ provide: TERMS_OPTIONS, useValue: terms }], exports: [TERMS_OPTIONS] })
class TermsModule {}

@Module({
  imports: [
    AuthRedirectModule.forRoot({
      issuer: ISSUER,
      secret: SECRET,
      imports: [TermsModule],
      steps: [TermsStep, ColorStep],
      viewsDirectory: fileURLToPath(new URL('views', import.meta.url)),
    }),
  ],
})
export class AppModule {}
