import type { LoggerService } from '@nestjs/common';
import { AuthRedirectOptionsError } from '../auth-redirect/errors.js';
import { findFileProblem, readTextFile } from '../auth-redirect/files.js';
import { findWholeNumberProblem } from '../auth-redirect/validation/problems.js';
import type { RedisFault } from './redis-fault.js';
import { readRedisUrl, redisUrlProblem, type RedisAddress } from './redis-url.js';

/** Limits in milliseconds. Below, a busy process would miss answers; above, users would wait. */
const DEADLINE = { min: 10, max: 10_000 } as const;

const KEY_PREFIX = /^[\x21-\x7e]{1,100}$/;

/** The certificates of all public authorities have about 250 kB. */
const CA_FILE_MAX_BYTES = 1024 * 1024;

/**
 * Names a method of a {@link RedisReplayStore}.
 *
 * @publicApi
 */
export type RedisOperation = 'remember' | 'recall' | 'count' | 'lease' | 'release';

/**
 * Configures a {@link RedisReplayStore}.
 *
 * @publicApi
 */
export interface RedisReplayStoreOptions {
  /**
   * The URL of Redis, 6.0 or later:
   *
   * - `redis://user:password@host:6379/0`: a server. All parts but the host are optional.
   * - `redis+sentinel://user:password@host1:26379,host2:26379/mymaster/0`: the Redis that these Sentinels call `mymaster`. Password of the
   *   Sentinels: `?sentinelPassword=…`.
   * - `redis+cluster://user:password@host1:6379,host2:6379`: a Redis Cluster. One reachable node is enough.
   * - `rediss://…`, `rediss+sentinel://…`, `rediss+cluster://…`: with TLS, also to the Sentinels.
   *
   * Percent-encode `@ : / ? # %` in user and passwords.
   */
  readonly url: string;

  /** Prefix of every key, different for each application that shares a Redis. Default: `auth-redirect:`. */
  readonly keyPrefix?: string;

  /** PEM file of the trusted authorities for the server's certificate. Default: those of Node.js. */
  readonly caFile?: string;

  /** Maximum wait for Redis, in milliseconds, 10 to 10,000. Default: 250. */
  readonly deadline?: number;

  /**
   * Behavior while Redis does not answer. Default: `allow`.
   *
   * - `allow`: logins continue with each process's own memory. Two replicas can accept the same token for different states, run a step
   *   concurrently, and count separately.
   * - `refuse`: requests fail with `replay_store_unavailable` (503). No token is accepted twice if Redis keeps its data: `appendonly yes`,
   *   `appendfsync always`, `maxmemory-policy noeviction`. A failed call may have reached Redis: a retry with the same value succeeds.
   */
  readonly whenUnavailable?: 'allow' | 'refuse';

  /**
   * Called when Redis stops answering, and again if the fault proves to be lasting: `tls_failed`, `authentication_failed`, `not_permitted`.
   * Its errors are only logged. Default: logs a warning.
   */
  readonly onDegraded?: (fault: RedisFault) => void;

  /** Called when Redis answers again. Its errors are only logged. Default: logs a line. */
  readonly onRecovered?: () => void;

  /** Called after each call, with its duration in milliseconds. Its errors are only logged. Default: none. */
  readonly onCall?: (operation: RedisOperation, outcome: 'ok' | 'failed', milliseconds: number) => void;
}

export interface CompleteRedisOptions extends Required<Omit<RedisReplayStoreOptions, 'url' | 'caFile'>> {
  readonly address: RedisAddress;
  readonly ca: string | undefined;
}

/** @throws AuthRedirectOptionsError with every problem. */
export function completeOptions(options: RedisReplayStoreOptions, logger: LoggerService): CompleteRedisOptions {
  const {
    url,
    keyPrefix = 'auth-redirect:',
    caFile,
    deadline = 250,
    whenUnavailable = 'allow',
    onDegraded = (fault) => logger.warn(`Redis does not answer: ${fault}`),
    onRecovered = () => logger.log('Redis answers again'),
    onCall = () => undefined,
  } = options;
  const problems = Object.entries({
    url: redisUrlProblem(url),
    keyPrefix: KEY_PREFIX.test(keyPrefix) ? undefined : 'is not 1 to 100 ASCII characters without spaces',
    deadline: findWholeNumberProblem(deadline, DEADLINE.min, DEADLINE.max, 'of milliseconds '),
    whenUnavailable: ['allow', 'refuse'].includes(whenUnavailable) ? undefined : 'is neither allow nor refuse',
    caFile: caFile === undefined ? undefined : findFileProblem(caFile, CA_FILE_MAX_BYTES, () => undefined),
  }).flatMap(([name, problem]) => (problem === undefined ? [] : `${name} ${problem}`));
  if (problems.length > 0) throw new AuthRedirectOptionsError(problems);
  const ca = caFile === undefined ? undefined : readTextFile(caFile, CA_FILE_MAX_BYTES);
  return { keyPrefix, deadline, whenUnavailable, onDegraded, onRecovered, onCall, address: readRedisUrl(url), ca };
}
