// node main.mjs ISSUER SECRET: listens on a free port of loopback, and writes its address.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthRedirectModule } from 'nestjs-auth-redirect';
import { TERMS_OPTIONS, TermsStep } from 'nestjs-auth-redirect/steps/terms';
import { GreetingStep } from './greeting.step.cjs';

const [issuer, secret] = process.argv.slice(2);
const terms = { title: 'Terms of Service', version: '2026-11', text: 'You may use this.' };

class TermsModule {}
Module({ providers: [{ provide: TERMS_OPTIONS, useValue: terms }], exports: [TERMS_OPTIONS] })(TermsModule);

class AppModule {}
const steps = [TermsStep, GreetingStep];
Module({ imports: [AuthRedirectModule.forRoot({ issuer, secret, imports: [TermsModule], steps })] })(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.stdout.write(`${await app.getUrl()}\n`);
