import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { BadRequestException } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express/adapters/express-adapter.js';
import type { NextFunction, Request, Response } from 'express';

/** Twice what Node allows by itself: a long address and the cookies of several logins with steps fit. */
const MAX_HEADER_BYTES = 32_768;

/**
 * Nest's Express adapter over a server that leaves it to us to refuse requests without `Host`, so that it is done in a page, and that
 * has a shorter way for one path.
 */
export class ServiceAdapter extends ExpressAdapter {
  #direct: { readonly path: string; readonly listener: RequestListener } | undefined;

  /** @param path Requests for exactly this one never come to Express; other spellings of it do. */
  answerDirectly(path: string, listener: RequestListener): void {
    this.#direct = { path, listener };
  }

  override initHttpServer(): void {
    const express: RequestListener = this.getInstance();
    // A request without a body, as a redirect is, needs no stream for it. Node 20 does not know the option and leaves it aside.
    const options = { requireHostHeader: false, maxHeaderSize: MAX_HEADER_BYTES, optimizeEmptyRequests: true };
    this.httpServer = createServer(options, (request, response) => {
      const listener = this.#isDirect(request) ? this.#direct?.listener : undefined;
      (listener ?? express)(request, response);
    });
  }

  #isDirect(request: IncomingMessage): boolean {
    const { path } = this.#direct ?? {};
    const { url = '' } = request;
    const isThere =
      path !== undefined && url.startsWith(path) && (url.length === path.length || url[path.length] === '?');
    return isThere && !lacksHost(request);
  }
}

/** RFC 9112 section 3.2: a request of HTTP/1.1 without `Host` is refused. */
export function refuseWithoutHost(request: Request, _response: Response, next: NextFunction): void {
  next(lacksHost(request) ? new BadRequestException() : undefined);
}

function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === '1.1';
}
