import { readFileSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { AuthRedirectOptionsError } from '../auth-redirect/errors.js';
import type { RedisFault } from './redis-fault.js';
import { readRedisUrl, redisUrlProblem, type RedisTarget } from './redis-url.js';

/** Milliseconds: with less, a busy process takes every answer for a late one; with more, people wait. */
const DEADLINE = { min: 10, max: 10_000 } as const;

const KEY_PREFIX = /^[\x21-\x7e]{1,100}$/;

/**
 * What {@link RedisReplayStore} needs to know.
 *
 * @publicApi
 */
export interface RedisReplayStoreOptions {
  /**
   * Where Redis is, 6.0 or later:
   *
   * - `redis://user:password@host:6379/0`; user, password, port and database number may be left out
   * - `rediss://…`: the same over TLS
   * - `redis+sentinel://user:password@host1:26379,host2:26379/mymaster/0`: the Redis that these Sentinels call `mymaster`; user and
   *   password are those of Redis, `?sentinelPassword=…` that of the Sentinels
   * - `rediss+sentinel://…`: the same with TLS to both
   *
   * User and passwords are percent-encoded.
   */
  readonly url: string;

  /** What every key begins with. Give each application its own where they share a Redis. Default: `auth-redirect:`. */
  readonly keyPrefix?: string;

  /** PEM file of the authorities that may sign the server's certificate. Default: those that Node.js trusts. */
  readonly caFile?: string;

  /** Longest time that a call waits for Redis, in milliseconds, 10 to 10,000. Default: 250. */
  readonly deadline?: number;

  /**
   * What happens while Redis cannot answer. Default: `allow`.
   *
   * - `allow`: logins go on, and this process decides alone by what it knows. What it decides, it tells Redis when that is back.
   *   Until then another replica may accept the same once more, and count anew.
   * - `refuse`: `replay_store_unavailable` (503), and nothing is accepted twice, as long as Redis keeps its data: `appendonly yes`,
   *   `appendfsync always`, `maxmemory-policy noeviction`. A Redis that restarts empty knows only what the replicas tell it anew.
   *   What was refused may yet have reached Redis: who offers the same value again finds it their own.
   */
  readonly whenUnavailable?: 'allow' | 'refuse';

  /**
   * Called once when Redis stops answering, and again only where the fault turns out to be one that does not pass by itself.
   * What it throws is logged and changes nothing. Default: a warning to Nest's logger.
   */
  readonly onDegraded?: (fault: RedisFault) => void;

  /** Called when Redis answers again. What it throws is logged and changes nothing. Default: a line to Nest's logger. */
  readonly onRecovered?: () => void;
}

/** What is left out has its default. */
export interface CompleteRedisOptions extends Required<Omit<RedisReplayStoreOptions, 'caFile'>> {
  readonly target: RedisTarget;
  readonly ca: Buffer | undefined;
}

/** @throws AuthRedirectOptionsError with every problem at once. */
export function completeOptions(options: RedisReplayStoreOptions, logger: LoggerService): CompleteRedisOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const complete = { ...defaultsOf(logger), url: options.url, ...given };
  const ca = options.caFile === undefined ? undefined : contentOf(options.caFile);
  const problems = Object.entries({
    ...problemsOf(complete),
    caFile: ca === null ? 'names a file that cannot be read' : undefined,
  });
  const lines = problems.flatMap(([name, problem]) => (problem === undefined ? [] : `${name} ${problem}`));
  if (lines.length > 0) throw new AuthRedirectOptionsError(lines);
  return { ...complete, target: readRedisUrl(options.url), ca: ca ?? undefined };
}

function defaultsOf(logger: LoggerService): Omit<Required<RedisReplayStoreOptions>, 'url' | 'caFile'> {
  return {
    keyPrefix: 'auth-redirect:',
    deadline: 250,
    whenUnavailable: 'allow',
    onDegraded: (fault) => logger.warn(`Redis does not answer: ${fault}`),
    onRecovered: () => logger.log('Redis answers again'),
  };
}

function problemsOf({ url, keyPrefix, deadline, whenUnavailable }: Omit<Required<RedisReplayStoreOptions>, 'caFile'>) {
  const isDeadline = Number.isInteger(deadline) && deadline >= DEADLINE.min && deadline <= DEADLINE.max;
  return {
    url: redisUrlProblem(url),
    keyPrefix: KEY_PREFIX.test(keyPrefix) ? undefined : 'is not 1 to 100 ASCII characters without spaces',
    deadline: isDeadline ? undefined : `is not a whole number of milliseconds from ${DEADLINE.min} to ${DEADLINE.max}`,
    whenUnavailable: ['allow', 'refuse'].includes(whenUnavailable) ? undefined : 'is neither allow nor refuse',
  };
}

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
