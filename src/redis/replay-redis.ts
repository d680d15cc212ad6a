import { Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.js';

/** Longest time to make a connection, and to hear from one that is asked, before it is given up for a new one, in milliseconds. */
const CONNECTION_PATIENCE_MS = 2000;

/** How long a connection that is being closed may take over it, in milliseconds. */
const DISCONNECT_MS = 100;

const SENTINEL_RETRY_MAX_MS = 1000;

/** Lua runs as one command; what it uses is there from Redis 6.0 on. */
const SCRIPTS = {
  replayRemember: {
    numberOfKeys: 1,
    lua: `local holding = redis.call('GET', KEYS[1])
if holding then return holding end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`,
  },
  replayCount: {
    numberOfKeys: 1,
    lua: `local counted = redis.call('GET', KEYS[1])
local count = math.max(tonumber(counted or 0), tonumber(ARGV[2])) + tonumber(ARGV[3])
if counted then redis.call('SET', KEYS[1], count, 'KEEPTTL')
else redis.call('SET', KEYS[1], count, 'PX', ARGV[1]) end
return count`,
  },
  replayLease: {
    numberOfKeys: 1,
    lua: `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`,
  },
  replayRelease: {
    numberOfKeys: 1,
    lua: `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`,
  },
};

type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** A connection to Redis that keeps nothing for later and never sends a command twice. */
export class ReplayRedis extends Redis {
  /** @returns The value that holds. */
  declare readonly replayRemember: (key: string, value: string, milliseconds: number) => Promise<string>;

  /**
   * @param milliseconds Until counting starts anew, where this is the first.
   * @param least What was counted elsewhere.
   * @param more What is added.
   */
  declare readonly replayCount: (key: string, milliseconds: number, least: number, more: 0 | 1) => Promise<number>;

  declare readonly replayLease: (key: string, owner: string, milliseconds: number) => Promise<number>;
  declare readonly replayRelease: (key: string, owner: string) => Promise<number>;

  /**
   * @param ca PEM of the authorities for TLS.
   * @param reconnectAfter Milliseconds until the next attempt to connect.
   */
  constructor(target: RedisTarget, ca: Buffer | undefined, reconnectAfter: () => number) {
    super({ ...addressOf(target, ca), ...BEHAVIOUR, retryStrategy: reconnectAfter });
  }
}

const BEHAVIOUR: ConnectionOptions = {
  scripts: SCRIPTS,
  connectTimeout: CONNECTION_PATIENCE_MS,
  socketTimeout: CONNECTION_PATIENCE_MS,
  sentinelCommandTimeout: CONNECTION_PATIENCE_MS,
  disconnectTimeout: DISCONNECT_MS,
  sentinelRetryStrategy: (attempts) => Math.min(attempts * 100, SENTINEL_RETRY_MAX_MS),
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // Commands that wait when the connection ends are told so at once.
  maxRetriesPerRequest: 0,
  // After a failover the old master answers as a replica: the Sentinels are asked anew.
  reconnectOnError: ({ message }) => message.includes('READONLY'),
  // The store's own probe tells more than INFO, and needs no further permission.
  enableReadyCheck: false,
  disableClientInfo: true,
  protocol: 2,
};

function addressOf(target: RedisTarget, ca: Buffer | undefined): ConnectionOptions {
  const { endpoints, master, username, password, sentinelPassword, database } = target;
  const tls = target.tls ? { tls: ca === undefined ? {} : { ca } } : {};
  const common = { db: database, username, password, ...tls };
  if (master === undefined) return { ...common, ...endpoints[0] };
  return {
    ...common,
    sentinels: [...endpoints],
    name: master,
    sentinelPassword,
    ...(tls.tls && { sentinelTLS: tls.tls, enableTLSForSentinelMode: true }),
  };
}
