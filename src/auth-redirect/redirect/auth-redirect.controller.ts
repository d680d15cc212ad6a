import { All, Controller, Req, Res, SetMetadata, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { send, type HttpRequest, type HttpResponse } from '../http/answer.js';
import { RedirectService } from './redirect.service.js';
import type { FormRequest } from '../steps/step-form.js';
import { StepsService } from '../steps/steps.service.js';
import { AcceptsForms } from '../steps/unparsed-forms.js';

/** Decorates classes and methods, like the results of `SetMetadata` and `applyDecorators`. */
export type RouteDecorator = ClassDecorator & MethodDecorator;

/** Hides the pages from `@nestjs/swagger`: they are not part of the host's API. */
const NotInOpenApi = SetMetadata('swagger/apiExcludeController', [true]);

/** `@Param()` would apply the host's pipes to the id. */
type StepRequest = FormRequest & { readonly params: { readonly id: string } };

/**
 * Creates a class for each path, because two instances of the module have different paths. Accepts every method, so that both adapters
 * reject methods alike.
 *
 * @param decorators Decorators for the class and its handler.
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

/** @param decorators Decorators for the class and its handlers. */
export function stepsControllerAt(path: string, decorators: readonly RouteDecorator[]): Type<unknown> {
  @Controller({ path: `${path}/steps`, version: VERSION_NEUTRAL })
  @OnClassAndHandlers(NotInOpenApi, ...decorators)
  class StepsController {
    constructor(private readonly steps: StepsService) {}

    @All(':id')
    @AcceptsForms()
    async step(@Req() request: StepRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.steps.page(request, request.params.id));
    }

    @All(':id/return')
    @AcceptsForms()
    async returned(@Req() request: StepRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.steps.returned(request, request.params.id));
    }

    @All(':id/webhook')
    @AcceptsForms()
    async webhook(@Req() request: StepRequest, @Res() response: HttpResponse): Promise<void> {
      send(response, await this.steps.webhook(request, request.params.id));
    }
  }
  return StepsController;
}

/** A guard of the host may read metadata from the class or from the handlers. */
function OnClassAndHandlers(...decorators: readonly RouteDecorator[]): ClassDecorator {
  return (type) => {
    const { constructor: _constructor, ...handlers } = Object.getOwnPropertyDescriptors(type.prototype);
    for (const decorate of decorators) {
      decorate(type);
      for (const [name, handler] of Object.entries(handlers)) decorate(type.prototype, name, handler);
    }
  };
}
