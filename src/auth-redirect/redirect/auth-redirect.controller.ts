import { All, Controller, Req, Res, SetMetadata, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { send, type HttpRequest, type HttpResponse } from '../http/answer.js';
import { RedirectService } from './redirect.service.js';
import type { FormRequest } from '../steps/step-form.js';
import { StepsService } from '../steps/steps.service.js';
import { TakesForms } from '../steps/unparsed-forms.js';

/** As `SetMetadata` and `applyDecorators` make them. */
export type RouteDecorator = ClassDecorator & MethodDecorator;

/** For `@nestjs/swagger`: pages for people are no part of the host's API. */
const NotInOpenApi = SetMetadata('swagger/apiExcludeController', [true]);

/** The id is read from the request, because `@Param()` would pass it through the pipes of the host. */
type StepRequest = FormRequest & { readonly params: { readonly id: string } };

/**
 * The endpoint that an Action sends the user to.
 *
 * It is made for a path, not found by one: the path is known before the options are, and differs between two instances of
 * the module in one application. It takes every method, so that the others are refused here and on both adapters alike.
 *
 * @param decorators Put on it and on its handler.
 */
export function authRedirectControllerAt(path: string, decorators: readonly RouteDecorator[]): Type<unknown> {
  @Controller({ path, version: VERSION_NEUTRAL })
  @OnClassAndHandlers(NotInOpenApi, ...decorators)
  class AuthRedirectController {
    constructor(private readonly redirects: RedirectService) {}

    @All()
    async redirect(@Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.redirects.answer(request));
    }
  }
  return AuthRedirectController;
}

/**
 * The pages of the steps, below the redirect endpoint.
 *
 * @param decorators Put on it and on its handlers.
 */
export function stepsControllerAt(path: string, decorators: readonly RouteDecorator[]): Type<unknown> {
  @Controller({ path: `${path}/steps`, version: VERSION_NEUTRAL })
  @OnClassAndHandlers(NotInOpenApi, ...decorators)
  class StepsController {
    constructor(private readonly steps: StepsService) {}

    @All(':id')
    @TakesForms()
    async step(@Req() request: StepRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.steps.page(request, request.params.id));
    }

    @All(':id/return')
    async returned(@Req() request: StepRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.steps.returned(request, request.params.id));
    }
  }
  return StepsController;
}

/** A guard of the host may look at either. */
function OnClassAndHandlers(...decorators: readonly RouteDecorator[]): ClassDecorator {
  return (type) => {
    const { constructor: _constructor, ...handlers } = Object.getOwnPropertyDescriptors(type.prototype);
    for (const decorate of decorators) {
      decorate(type);
      for (const [name, handler] of Object.entries(handlers)) decorate(type.prototype, name, handler);
    }
  };
}
