import { SystemClock } from '../../src/auth-redirect/clock.js';
import { RedisReplayStore, redisUrlProblem } from '../../src/redis/index.js';
import { readRedisUrl } from '../../src/redis/redis-url.js';

const SECRET = 's3cret';

describe('the URL of a Redis', () => {
  it.each([
    ['redis://localhost', { endpoints: [{ host: 'localhost', port: 6379 }], tls: false, database: 0 }],
    ['redis://redis_1:7000/', { endpoints: [{ host: 'redis_1', port: 7000 }], database: 0 }],
    ['redis://:p%40ss@10.0.0.1/3', { password: 'p@ss', username: undefined, database: 3 }],
    ['rediss://app:pass@redis.example:6380', { tls: true, username: 'app', password: 'pass' }],
    ['redis://[::1]:6379', { endpoints: [{ host: '::1', port: 6379 }] }],
    [
      'redis+sentinel://:pass@one:26380,two/main/2?sentinelPassword=a%26b',
      {
        endpoints: [
          { host: 'one', port: 26380 },
          { host: 'two', port: 26379 },
        ],
        master: 'main',
        database: 2,
        password: 'pass',
        sentinelPassword: 'a&b',
        tls: false,
      },
    ],
    ['rediss+sentinel://one/main', { master: 'main', database: 0, tls: true, sentinelPassword: undefined }],
  ])('is understood: %s', (url, target) => {
    expect(redisUrlProblem(url)).toBeUndefined();
    expect(readRedisUrl(url)).toMatchObject(target);
  });

  it.each([
    [undefined, 'is missing: redis://'],
    ['', 'is missing: redis://'],
    [7, 'is missing: redis://'],
    [`http://:${SECRET}@host`, 'is not a Redis URL: redis://'],
    [`redis://:${SECRET}@x@host`, 'in a password, @ : / ? # and % are percent-encoded'],
    [`redis://:${SECRET}/x@host`, 'is not a Redis URL'],
    [`redis://:${SECRET}@host #`, 'is not a Redis URL'],
    [`redis://:${SECRET}:more@host`, 'has a password with a colon: percent-encode it as %3A'],
    [`redis://:${SECRET}%@host`, 'has a % in a user name or password'],
    [`redis://${SECRET}@host`, 'has a user name without a password'],
    [`redis://:${SECRET}@`, 'has no host'],
    [`redis://:${SECRET}@ho$t`, 'has no host, or one that is neither a name nor an address'],
    [`redis://:${SECRET}@host:0`, 'has a port that is not from 1 to 65535'],
    [`redis://:${SECRET}@host:65536`, 'has a port that is not from 1 to 65535'],
    [`redis://:${SECRET}@host/main`, 'has a path that is no database number'],
    [`redis://:${SECRET}@host?family=6`, 'has a query'],
    [`redis://:${SECRET}@one,two`, 'has several hosts: for Sentinels it begins with redis+sentinel://'],
    [`redis+sentinel://:${SECRET}@one,two`, 'lacks the name of the master'],
    [`redis+sentinel://:${SECRET}@one/main/x`, 'lacks the name of the master'],
    [`redis+sentinel://:${SECRET}@one,,two/main`, 'has no host'],
    [`redis+sentinel://one/main?password=${SECRET}`, 'has a query that is not sentinelPassword='],
  ])('is refused with a reason, without its password: %s', (url, problem) => {
    expect(redisUrlProblem(url)).toContain(problem);
    expect(redisUrlProblem(url)).not.toContain(SECRET);
  });
});

describe('the options of the store', () => {
  it('are refused with every problem at once', () => {
    const options = {
      url: `redis://${SECRET}@host`,
      keyPrefix: 'with space',
      deadline: 5,
      caFile: '/nowhere.pem',
      whenUnavailable: 'hope' as 'allow',
    };
    expect(() => new RedisReplayStore(options, new SystemClock())).toThrow(
      expect.objectContaining({
        code: 'options_invalid',
        problems: [
          'url has a user name without a password: redis://:password@host, redis://user:password@host',
          'keyPrefix is not 1 to 100 ASCII characters without spaces',
          'deadline is not a whole number of milliseconds from 10 to 10000',
          'whenUnavailable is neither allow nor refuse',
          'caFile names a file that cannot be read',
        ],
      }),
    );
  });
});
