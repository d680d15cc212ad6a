// node test/faults/dns.mjs
// The names of Redis and of a vendor's keys do not resolve when the service starts. Later, they do.
import { setTimeout as wait } from 'node:timers/promises';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  check,
  folder,
  freePort,
  isContinuePage,
  Redis,
  report,
  Service,
  StepLogin,
  stopwatch,
  until,
} from './harness.mjs';

const NAMES_RESOLVE = join(folder, 'names-resolve');
const VENDOR = 'https://vendor.example';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const redis = await Redis.at(await freePort());
const keys = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] }));
}).listen(await freePort(), '127.0.0.1');
await once(keys, 'listening');
const stepsFile = join(folder, 'external.json');
const external = {
  vendor: 'Identity Inc.',
  url: `${VENDOR}/check`,
  algorithm: 'ES256',
  issuer: VENDOR,
  audience: 'login',
  jwksUrl: `http://vendor.faults.localhost:${keys.address().port}/keys`,
  http: { allowPrivateAddresses: true },
  claims: ['document'],
};
writeFileSync(stepsFile, JSON.stringify({ external }));

const environment = {
  REDIS_URL: `redis://redis.faults.localhost:${redis.port}`,
  NODE_OPTIONS: `--require ${fileURLToPath(new URL('failing-names.cjs', import.meta.url))}`,
  NAMES_RESOLVE,
};
const start = stopwatch();
const [allow, refuse, vendor] = await Promise.all([
  Service.start(environment),
  Service.start({ ...environment, REDIS_WHEN_UNAVAILABLE: 'refuse' }),
  Service.start({ ...environment, STEPS_FILE: stepsFile, PUBLIC_URL: 'http://localhost/redirect' }),
]);
report(`the service is ready after ${start()} s`);
check(isContinuePage(await allow.login()), 'allow: logins succeed');
const { status } = await refuse.login();
check(status === 503, `refuse: ${status}`);
const faults = await until('the log line', () => allow.logged('Redis does not answer').at(-1));
check(faults.includes('unreachable'), `the log: ${JSON.parse(faults).msg}`);

/** Returns from the vendor with a result. */
async function comeBack() {
  const browser = await StepLogin.begin(vendor);
  await browser.post(vendor, {});
  const { searchParams } = new URL(browser.location);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: VENDOR,
    aud: 'login',
    iat: now,
    exp: now + 60,
    handle: searchParams.get('handle'),
    document: 'passport',
  };
  const signed = `${encode({ alg: 'ES256', kid: 'k', typ: 'JWT' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  );
  const { pathname, search } = new URL(searchParams.get('return_to'));
  const back = `${pathname}${search}&token=${signed}.${signature}`;
  return { browser, back, answer: await browser.to(vendor, back) };
}

const { browser, back, answer } = await comeBack();
check(answer.status === 422, `the return from the vendor: ${answer.status}, a page from which the user can try again`);
await until('the log line', () => vendor.logged('keys_unavailable').length === 1);
check(true, 'the log: rejected: keys_unavailable');

writeFileSync(NAMES_RESOLVE, '');
const resolved = stopwatch();
await until('a login', async () => isContinuePage(await refuse.login()));
check(resolved() < 3, `once the name resolves, Redis is in use after ${resolved()} s`);
// The service requests the keys at most once in 10 s.
await wait(10_000);
const again = await browser.to(vendor, back);
check(again.status === 303, `the same return from the vendor: ${again.status}`);
check(isContinuePage(await browser.to(vendor, browser.location)), 'and the login ends well');

await Promise.all([allow, refuse, vendor].map((service) => service.stop()));
keys.close();
await redis.kill();
