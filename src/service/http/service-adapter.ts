import { createServer } from 'node:http';
import { BadRequestException } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Twice what Node allows by itself: a long address and the cookies of several logins with steps fit. */
const MAX_HEADER_BYTES = 32_768;

/** Nest's Express adapter over a server that leaves it to us to refuse requests without `Host`, so that it is done in a page. */
export class ServiceAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createServer({ requireHostHeader: false, maxHeaderSize: MAX_HEADER_BYTES }, this.getInstance());
  }
}

/** RFC 9112 section 3.2: a request of HTTP/1.1 without `Host` is refused. */
export function refuseWithoutHost(request: Request, _response: Response, next: NextFunction): void {
  const isRefused = request.headers.host === undefined && request.httpVersion === '1.1';
  next(isRefused ? new BadRequestException() : undefined);
}
