import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { environment } from '../environment.js';
import { IS_PUBLIC } from './public.decorator.js';

/** Requires the API key on every route that is not public. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return timingSafeEqual(digest(String(headers['x-api-key'])), digest(environment.apiKey));
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
