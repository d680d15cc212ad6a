import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { BadRequestException } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express/adapters/express-adapter.js';
import type { NextFunction, Request, Response } from 'express';
import { BoundedRequest, BoundedResponse, type Connections } from './connection-limits.js';

/** Twice Node's default, for a long URL and the cookies of several logins with steps. */
const MAX_HEADER_BYTES = 32_768;

/** Answers one path without Express, if configured. */
export class ServiceAdapter extends ExpressAdapter {
  /** Returns false if the connection is closed. */
  admits: Connections['admits'] = () => true;
  #direct: { readonly path: string; readonly listener: RequestListener } | undefined;

  /** Passes requests for exactly this path to the listener. Express handles other spellings. */
  answerDirectly(path: string, listener: RequestListener): void {
    this.#direct = { path, listener };
  }

  override initHttpServer(): void {
    const express: RequestListener = this.getInstance();
    // `requireHostHeader: false`: refuseWithoutHost() answers with a page. `optimizeEmptyRequests` (Node 24.12) creates no stream for an
    // empty body.
    const options = {
      requireHostHeader: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      optimizeEmptyRequests: true,
      connectionsCheckingInterval: 1000,
      IncomingMessage: BoundedRequest,
      ServerResponse: BoundedResponse,
    };
    this.httpServer = createServer(options, (request, response) => {
      if (!this.admits(request, response)) return;
      const listener = this.#isDirect(request) ? this.#direct?.listener : undefined;
      (listener ?? express)(request, response);
    });
  }

  #isDirect(request: IncomingMessage): boolean {
    return request.url?.split('?', 1)[0] === this.#direct?.path && !lacksOneHost(request);
  }
}

/** Rejects several `Host` headers, and HTTP/1.1 without one (RFC 9112 section 3.2). */
export function refuseWithoutHost(request: Request, _response: Response, next: NextFunction): void {
  next(lacksOneHost(request) ? new BadRequestException() : undefined);
}

/** `headers` has only the first `Host`, and `headersDistinct` is slower. */
function lacksOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const isHost = (text: string, index: number): boolean =>
    index % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host';
  const { length } = rawHeaders.filter(isHost);
  return length > 1 || (length === 0 && httpVersion === '1.1');
}
