// A typical first version with Nest: JwtModule with the secret as a string, hbs, ValidationPipe on the query. Decorators are called as
// functions, because this file is not compiled.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Module, Query, Res, UnauthorizedException, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { IsNotEmpty, IsString } from 'class-validator';
import { answerTo, modelOf, pageHeaders, settings } from './settings.mjs';

class RedirectQuery {}
for (const name of ['state', 'session_token']) {
  IsString()(RedirectQuery.prototype, name);
  IsNotEmpty()(RedirectQuery.prototype, name);
}

class RedirectController {
  constructor(jwt) {
    this.jwt = jwt;
  }

  async redirect({ state, session_token: token }, response) {
    const claims = await this.#verified(token);
    const answer = await this.jwt.signAsync(answerTo(claims, state));
    const nonce = randomBytes(16).toString('base64url');
    response.set(pageHeaders(nonce)).render('continue', modelOf(nonce, state, answer));
  }

  async #verified(token) {
    try {
      return await this.jwt.verifyAsync(token, { issuer: settings.issuer });
    } catch {
      throw new UnauthorizedException();
    }
  }
}
Controller()(RedirectController);
Reflect.defineMetadata('design:paramtypes', [JwtService], RedirectController);
Reflect.defineMetadata('design:paramtypes', [RedirectQuery, Object], RedirectController.prototype, 'redirect');
Query()(RedirectController.prototype, 'redirect', 0);
Res()(RedirectController.prototype, 'redirect', 1);
const route = Object.getOwnPropertyDescriptor(RedirectController.prototype, 'redirect');
Get('redirect')(RedirectController.prototype, 'redirect', route);

class AppModule {}
Module({ imports: [JwtModule.register({ secret: settings.secret })], controllers: [RedirectController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
app.useGlobalPipes(new ValidationPipe({ transform: true }));
app.setBaseViewsDir(fileURLToPath(new URL('views', import.meta.url)));
app.setViewEngine('hbs');
await app.listen(settings.port, settings.host);
