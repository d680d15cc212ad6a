// node test/faults/clock.mjs
// Sets the clock of one replica back by an hour, and forward by an hour. Needs libfaketime (Debian: apt install
// faketime). The machine's clock does not change.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  check,
  folder,
  isContinuePage,
  newLogin,
  report,
  Service,
  StepLogin,
  termsFile,
  withToken,
} from './harness.mjs';

const LIBRARY =
  process.env.LIBFAKETIME ??
  ['/usr/lib', ...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))]
    .map((place) => join(place, 'faketime/libfaketimeMT.so.1'))
    .find((path) => existsSync(path));
if (LIBRARY === undefined) {
  report('skipped: there is no libfaketime (apt install faketime), and LIBFAKETIME names none');
  process.exit(0);
}

const file = join(folder, 'time');
const shift = (offset) => writeFileSync(file, `${offset}\n`);
shift('+0');
const service = await Service.start({
  STEPS_FILE: termsFile,
  LD_PRELOAD: LIBRARY,
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  // Setting the clock does not change the time since the machine started.
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
});

/** Returns the status of a new login, and the code of its refusal. */
async function arrive(target = newLogin().target) {
  const { status, body } = await service.send(target, { headers: { accept: 'application/json' } });
  return status === 303 ? '303' : `${status} ${JSON.parse(body).code}`;
}

check((await arrive()) === '303', 'with the right time a login begins');
for (const [words, offset, expected] of [
  ['back', '-1h', '401 iat_in_future'],
  ['forward', '+1h', '401 token_expired'],
]) {
  const used = newLogin();
  await service.send(used.target);
  const browser = await StepLogin.begin(service);
  shift(offset);
  const seen = await arrive();
  check(seen === expected, `${words} by an hour: ${seen}`);
  const inSteps = await browser.post(service);
  check(inSteps.status === 401, `a login in the middle of its steps: ${inSteps.status}`);
  check((await service.send('/readyz')).status === 200, '/readyz answers 200');
  shift('+0');
  check((await arrive()) === '303', 'right again: the next login begins at once');
  check(isContinuePage(await browser.post(service)), 'and the login in the middle of its steps ends well');
  const bound = await arrive(withToken(used, 'other'));
  check(bound === '409 session_token_already_used', `a token of before still answers for one state: ${bound}`);
}
const code = await service.stop();
check(code === 0, `exit code ${code}`);
const times = service.lines.map((line) => Date.parse(JSON.parse(line).time));
const hours = (Math.max(...times) - Math.min(...times)) / 3_600_000;
check(hours > 1.9, `the times in its log are up to ${hours.toFixed(1)} hours apart`);
