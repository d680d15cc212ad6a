import { Body, Controller, Get, Post, Query, Req, Res, VERSION_NEUTRAL } from '@nestjs/common';
import {
  ContinuePageService,
  ContinueTokenService,
  RequestsService,
  send,
  StateBindingService,
  type HttpRequest,
  type HttpResponse,
  type SessionToken,
} from 'nestjs-auth-redirect';
import { Public } from '../auth/public.decorator.js';
import { UsersService } from '../users/users.service.js';
import { lastLoginPage } from './last-login.page.js';
import { LoginParameters } from './login-parameters.js';

/** Shows users their last login on a custom page, and lets them continue. */
@Public()
@Controller({ path: 'login/check', version: VERSION_NEUTRAL })
export class LoginCheckController {
  constructor(
    private readonly continueTokens: ContinueTokenService,
    private readonly stateBinding: StateBindingService,
    private readonly continuePages: ContinuePageService,
    private readonly requests: RequestsService,
    private readonly users: UsersService,
  ) {}

  /** Shows the page. The Action redirects the user here. */
  @Get()
  async show(
    @Query() login: LoginParameters,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const handling = this.requests.begin(request);
    try {
      const { tenant, subject } = await this.#verified(login);
      send(response, lastLoginPage(this.users.find(subject), login));
      handling.stepped(tenant, 'login-check', 200);
    } catch (error) {
      send(response, await handling.refused(error));
    }
  }

  /** Handles the form of the page. */
  @Post()
  async goOn(
    @Body() login: LoginParameters,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const handling = this.requests.begin(request);
    try {
      const sessionToken = await this.#verified(login);
      this.users.change(sessionToken.subject, { lastLogin: new Date().toISOString() });
      send(response, this.continuePages.answer(sessionToken, login.state));
      handling.completed({ sessionToken, steps: {} });
    } catch (error) {
      send(response, await handling.refused(error));
    }
  }

  async #verified({ session_token: compact, state }: LoginParameters): Promise<SessionToken> {
    const sessionToken = this.continueTokens.verify(compact);
    await this.stateBinding.bind(compact, sessionToken, state);
    return sessionToken;
  }
}
