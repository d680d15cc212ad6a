import { ViewError } from '../errors.js';
import type { Fault } from '../options/events.js';

/** Limit in characters. Messages of database clients begin with the query and end with the reason. */
const MESSAGE_END_LENGTH = 250;

const TOKEN = /eyJ[\w.-]+/g;

/**
 * Describes a thrown value without request data. Adds the message for the author of a step, except in production.
 *
 * @param isCause Whether the error is another error's cause. If so, omits its message and cause.
 */
export function faultOf(error: unknown, isCause = false): Fault {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(!isCause && process.env.NODE_ENV !== 'production' && { message: messageOf(error) }),
    ...(error instanceof ViewError && { view: error.place }),
    frames: framesOf(error),
    ...(!isCause && error.cause instanceof Error && { cause: faultOf(error.cause, true) }),
  };
}

/** Omits the middle of a long message. */
function messageOf({ message }: Error): string {
  const line = message.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(TOKEN, '…');
  if (line.length <= 2 * MESSAGE_END_LENGTH) return line;
  return `${line.slice(0, MESSAGE_END_LENGTH)} … ${line.slice(-MESSAGE_END_LENGTH)}`;
}

function framesOf({ stack = '' }: Error): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim().slice('at '.length));
}
