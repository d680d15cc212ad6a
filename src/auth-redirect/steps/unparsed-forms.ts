import { HttpException, HttpStatus, Injectable, SetMetadata, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FORM_TYPE } from './step-form.js';

interface Fastify {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(type: string, parser: ContentTypeParser): void;
}

type ContentTypeParser = (
  request: { readonly is404: boolean; readonly routeOptions: { readonly config?: Readonly<Record<string, unknown>> } },
  payload: unknown,
  done: (error: Error | null) => void,
) => void;

const MARK = 'nestjs-auth-redirect:form';

/** Marks a route for {@link UnparsedForms}, as `@RouteConfig()` of `@nestjs/platform-fastify` does. */
export const AcceptsForms = (): MethodDecorator & ClassDecorator =>
  SetMetadata('__fastify_route_config__', { [MARK]: true });

/**
 * Fastify rejects content types without a parser before it calls a handler. If the application has disabled body parsing, accepts forms on
 * the module's routes only.
 */
@Injectable()
export class UnparsedForms implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter?.getType() !== 'fastify') return;
    const fastify: Fastify = httpAdapter.getInstance();
    if (fastify.hasContentTypeParser(FORM_TYPE) || fastify.hasContentTypeParser('*')) return;
    fastify.addContentTypeParser(FORM_TYPE, ({ is404, routeOptions }, _payload, done) => {
      const isOurs = is404 || routeOptions.config?.[MARK] === true;
      // Nest returns the same body for an error of Fastify.
      done(isOurs ? null : new HttpException('Unsupported Media Type', HttpStatus.UNSUPPORTED_MEDIA_TYPE));
    });
  }
}
