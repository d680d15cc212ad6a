// node test/faults/full-disk.mjs
// The disk of the log is full (/dev/full). A mounted file is empty, as after a write to a full disk.
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  check,
  folder,
  inWords,
  isContinuePage,
  load,
  report,
  Service,
  stopwatch,
  tenant,
  termsFile,
  until,
} from './harness.mjs';

/** Exit code for an invalid configuration. */
const EX_CONFIG = 78;

const full = openSync('/dev/full', 'w');
const service = await Service.start({}, { stdout: full });
const logins = load(16, () => service.login());
const filling = stopwatch();
await until('dropped lines', async () => (await service.metric('auth_redirect_log_lines_dropped_total')) > 0, 60_000);
const seconds = filling();
const result = await logins.stop();
const dropped = await service.metric('auth_redirect_log_lines_dropped_total');
check(result.failures.length === 0, `the disk of the log is full: ${inWords(result)}`);
check(
  dropped > 0,
  `the first line was dropped after ${seconds} s; of ${result.logins} lines, ${result.logins - dropped} wait in memory`,
);
const ending = stopwatch();
const code = await service.stop();
check(code === 0 && ending() < 3, `it ends ${ending()} s after SIGTERM, with exit code ${code}`);
closeSync(full);

const secrets = join(folder, 'secrets');
const current = join(secrets, 'current');
mkdirSync(secrets);
writeFileSync(current, tenant.secret);
const variables = { AUTH0_SESSION_SECRET_DIRECTORY: secrets };
const mounted = await Service.start(variables);
const during = load(4, () => mounted.login());
truncateSync(current);
const reading = stopwatch();
await until('the log line', () => mounted.logged('keys kept').length > 0);
report(
  `keys kept, ${reading()} s after the mounted secret was emptied: ${JSON.parse(mounted.logged('keys kept')[0]).problem}`,
);
const late = await Service.spawn(variables);
const exit = await late.ended();
check(exit === EX_CONFIG, `a replica that starts now ends with exit code ${exit}: ${late.stderr.trim()}`);
writeFileSync(current, tenant.secret);
await until('the metric', async () => (await mounted.metric('auth_redirect_key_files_unusable')) === 0);
const kept = await during.stop();
check(kept.failures.length === 0, `the one that ran keeps its secret: ${inWords(kept)}`);
check(isContinuePage(await mounted.login()), 'the secret is written again: a login succeeds');
await mounted.stop();

writeFileSync(termsFile, '');
const steps = await Service.spawn({ STEPS_FILE: termsFile });
const ended = await steps.ended();
check(ended === EX_CONFIG, `an empty STEPS_FILE: exit code ${ended}: ${steps.stderr.trim()}`);
