import { ViewError } from '../errors.js';
import type { Fault } from '../options/events.js';

/** Length limit of a message, in characters. */
const MESSAGE_MAX_LENGTH = 500;

/** The beginning of a JWT, and all that follows. */
const TOKEN = /eyJ[\w.-]+/g;

/** Reduces anything that was thrown to what cannot quote a request. Except in production, adds the message, for whoever writes a step. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const { name, frames, ...details } = outlineOf(error);
  return {
    name,
    ...details,
    ...(process.env.NODE_ENV !== 'production' && { message: messageOf(error) }),
    ...(error instanceof ViewError && { view: error.place }),
    frames,
    ...(error.cause instanceof Error && { cause: outlineOf(error.cause) }),
  };
}

function outlineOf(error: Error): Fault {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, frames: framesOf(error) };
}

/** Returns the message as one line. */
function messageOf({ message }: Error): string {
  return message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(TOKEN, '…')
    .slice(0, MESSAGE_MAX_LENGTH);
}

function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim().slice('at '.length));
}
