import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { CompleteRedisOptions } from './redis-replay-store.options.js';

/** Maximum time to connect, and to wait for the next byte of an answer. Then ioredis reconnects. */
const CONNECTION_PATIENCE_MS = 2000;

const RECONNECT_FIRST_MS = 20;
const RECONNECT_MAX_MS = 1000;

export type RedisClient = Redis | Cluster;

/** Connects in the background. Does not repeat commands. */
export function createRedisClient({ address, ca, deadline, keyPrefix }: CompleteRedisOptions): RedisClient {
  const { form, url, endpoints, master, sentinelPassword } = address;
  const tls = url.startsWith('rediss:') ? { tls: ca === undefined ? {} : { ca } } : {};
  const connection = { ...CONNECTION, commandTimeout: deadline + CONNECTION_PATIENCE_MS, ...tls };
  const single = { ...connection, keyPrefix, retryStrategy: reconnectAfter };
  if (form === 'server') return new Redis(url, single);
  if (form === 'cluster') {
    return new Cluster(endpoints, { ...CLUSTER, keyPrefix, redisOptions: { ...connection, ...credentialsOf(url) } });
  }
  const sentinelTls = tls.tls ? { sentinelTLS: tls.tls, enableTLSForSentinelMode: true } : {};
  return new Redis(url, { ...single, ...sentinelTls, sentinels: endpoints, name: master, sentinelPassword });
}

const CONNECTION = {
  connectTimeout: CONNECTION_PATIENCE_MS,
  socketTimeout: CONNECTION_PATIENCE_MS,
  sentinelCommandTimeout: CONNECTION_PATIENCE_MS,
  disconnectTimeout: 100,
  // When a connection ends, its calls fail at once. The circuit breaker decides whether to retry.
  maxRetriesPerRequest: 0,
  // After a failover, the old master answers as a replica.
  reconnectOnError: ({ message }: Error) => message.includes('READONLY'),
  // The ready check and the client info would need more permissions.
  enableReadyCheck: false,
  disableClientInfo: true,
  protocol: 2 as const,
} satisfies RedisOptions;

const CLUSTER: ClusterOptions = {
  clusterRetryStrategy: reconnectAfter,
  // Prevents resending a command after its deadline.
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  enableReadyCheck: false,
  // A certificate names the node, not its IP address.
  dnsLookup: (host, callback) => callback(null, host),
};

/** Spreads the reconnections of replicas. */
function reconnectAfter(attempts: number): number {
  return Math.min(RECONNECT_FIRST_MS * attempts, RECONNECT_MAX_MS) * (0.75 + Math.random() / 4);
}

function credentialsOf(url: string): Pick<RedisOptions, 'username' | 'password'> {
  const { username, password } = new URL(url);
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
