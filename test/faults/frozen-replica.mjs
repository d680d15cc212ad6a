// node test/faults/frozen-replica.mjs
// Freezes one replica (SIGSTOP) while it runs a step of a login. The other replica uses the same Redis.
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  check,
  continueClaims,
  folder,
  freePort,
  inWords,
  isContinuePage,
  load,
  Redis,
  Service,
  StepLogin,
  stopwatch,
} from './harness.mjs';

/** The longest wait in docs/explanation/resilience.md. */
const LIMIT_SECONDS = 20;

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const stepsPackage = join(folder, 'slow-step.mjs');
cpSync(path('slow-step.mjs'), stepsPackage);
symlinkSync(path('../../dist/service/node_modules'), join(folder, 'node_modules'));

const redis = await Redis.at(await freePort());
const environment = { REDIS_URL: redis.url, STEPS_PACKAGE: stepsPackage };
const [frozen, other] = await Promise.all(
  ['frozen', 'other'].map((REPLICA) => Service.start({ ...environment, REPLICA })),
);

const browser = await StepLogin.begin(frozen);
const first = browser.post(frozen);
await wait(300);
frozen.child.kill('SIGSTOP');
const since = stopwatch();
const logins = load(2, async () => (await StepLogin.begin(other)).post(other));
const answer = await browser.post(other);
const seconds = since();
const result = await logins.stop();
check(isContinuePage(answer) && seconds < LIMIT_SECONDS, `the login goes on at the other replica after ${seconds} s`);
check(result.failures.length === 0, `meanwhile, logins with a step of 1 s there: ${inWords(result)}`);

frozen.child.kill('SIGCONT');
const late = await first;
check(isContinuePage(late), `the frozen replica wakes up and answers its post, too: ${late.status}`);
const [one, two] = [answer, late].map((page) => continueClaims(page).steps.slow);
check(one === 'other' && two === 'other', `both answers have the same result, that of the replica "${one}"`);
check(isContinuePage(await (await StepLogin.begin(frozen)).post(frozen)), 'and serves the next login');
const code = await frozen.stop();
check(code === 0, `exit code ${code}`);
await other.stop();
await redis.kill();
