// node test/faults/cold-redis.mjs
// Redis starts after the service, and later starts again without its data.
import {
  check,
  freePort,
  isContinuePage,
  newLogin,
  Redis,
  report,
  Service,
  StepLogin,
  stopwatch,
  termsFile,
  until,
  withToken,
} from './harness.mjs';

const port = await freePort();
const environment = { REDIS_URL: `redis://127.0.0.1:${port}` };
const start = stopwatch();
const [allow, refuse, steps, unready] = await Promise.all([
  Service.start(environment),
  Service.start({ ...environment, REDIS_WHEN_UNAVAILABLE: 'refuse' }),
  Service.start({ ...environment, STEPS_FILE: termsFile }),
  Service.spawn({ ...environment, READY_NEEDS_REDIS: 'true' }),
]);
report(`without Redis the service is ready after ${start()} s`);
check(isContinuePage(await allow.login()), 'allow: logins succeed without Redis');
const refused = await refuse.login();
check(refused.status === 503, `refuse: logins get ${refused.status}`);
const readiness = await until('an answer', () => unready.send('/readyz').catch(() => undefined));
check(readiness.status === 503, `READY_NEEDS_REDIS: /readyz answers ${readiness.status} ${readiness.body}`);

let redis = await Redis.at(port);
const back = stopwatch();
await until('a login', async () => isContinuePage(await refuse.login()));
await unready.ready();
check(back() < 3, `refuse, READY_NEEDS_REDIS: logins and readiness ${back()} s after Redis listens, without a restart`);
await until('the log line', () => allow.logged('Redis answers again').length === 1);
check(true, 'one log line: Redis answers again');

const used = newLogin();
await allow.send(used.target);
const browser = await StepLogin.begin(steps);
await redis.kill();
redis = await Redis.at(port);
const empty = stopwatch();
await until(
  'Redis',
  async () => (await allow.metric('auth_redirect_store_degraded')) === 0 && (await refuse.login()).status === 200,
);
check(empty() < 3, `Redis restarted empty: in use again after ${empty()} s`);
check(isContinuePage(await browser.post(steps)), 'a login in the middle of its steps ends well');
check(
  (await allow.send(withToken(used, 'other'))).status === 409,
  'the replica that saw a token still refuses it for another state',
);
check(
  (await refuse.send(withToken(used, 'other'))).status === 409,
  'so does another replica, once the first has seen the token again',
);
const unseen = newLogin();
await allow.send(unseen.target);
await redis.kill();
redis = await Redis.at(port);
await until('Redis', async () => (await refuse.login()).status === 200);
const lost = await refuse.send(withToken(unseen, 'other'));
check(
  lost.status === 200,
  `before that, another replica accepts it (${lost.status}): what Redis lost, only the first replica knows`,
);

await Promise.all([allow, refuse, steps, unready].map((service) => service.stop()));
await redis.kill();
