import { createServer } from 'node:http';
import { BadRequestException } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

/** Nest's Express adapter over a server that leaves it to us to refuse requests without `Host`, so that it is done in a page. */
export class ServiceAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createServer({ requireHostHeader: false }, this.getInstance());
  }
}

/** RFC 9112 section 3.2: a request of HTTP/1.1 without `Host` is refused. */
export function refuseWithoutHost(request: Request, _response: Response, next: NextFunction): void {
  const isRefused = request.headers.host === undefined && request.httpVersion === '1.1';
  next(isRefused ? new BadRequestException() : undefined);
}
