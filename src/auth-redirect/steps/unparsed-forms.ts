import { HttpException, HttpStatus, Injectable, SetMetadata, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { FORM_TYPE } from './step-form.js';

/** What of Fastify is used. */
interface Fastify {
  hasContentTypeParser(type: string): boolean;
  addContentTypeParser(
    type: string,
    parser: (request: FastifyRequest, payload: unknown, done: (error: Error | null) => void) => void,
  ): void;
}

interface FastifyRequest {
  readonly is404: boolean;
  readonly routeOptions: { readonly config?: Readonly<Record<string, unknown>> };
}

const MARK = 'nestjs-auth-redirect:form';

/** Tells Fastify's routes of ours apart, by the metadata that `@RouteConfig()` of `@nestjs/platform-fastify` writes. */
export const TakesForms = (): MethodDecorator & ClassDecorator =>
  SetMetadata('__fastify_route_config__', { [MARK]: true });

/**
 * Fastify refuses what it has no parser for before a handler is asked. Where an application has switched body parsing off, our
 * forms pass unread, and to every other route it stays as it was.
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
      done(is404 || routeOptions.config?.[MARK] === true ? null : unsupportedMediaType());
    });
  }
}

/** As Nest tells Fastify's own. */
function unsupportedMediaType(): Error {
  return new HttpException('Unsupported Media Type', HttpStatus.UNSUPPORTED_MEDIA_TYPE);
}
