// npm run bench:micro
// Measures the parts of one redirect separately: the tokens and the page, as the package exports them.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readOptions } from './harness/options.mjs';
import { prepare } from './harness/prepare.mjs';
import { median, rounded } from './harness/statistics.mjs';
import { login, newTenant } from './harness/tokens.mjs';

/** The package's public API: the module that package.json names as `main`. */
const PUBLIC_API = '.';

const LOGINS = 2000;
const BATCHES = 15;
const WARM_UP = 5;

const options = readOptions({}, 'usage: npm run bench:micro -- [--product <folder>]');
prepare(options.product);
const require = createRequire(join(options.product, 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
await load('reflect-metadata');
const { NestFactory } = await load('@nestjs/core');
const { AuthRedirectModule, ContinueTokenService, PagesService } = await load(join(options.product, PUBLIC_API));

const tenant = newTenant();
const { issuer, secret, continueUrl } = tenant;
const module = AuthRedirectModule.forRoot({ issuer, secret, continueUrl });
const context = await NestFactory.createApplicationContext(module, { logger: false });
const tokens = context.get(ContinueTokenService, { strict: false });
const pages = context.get(PagesService, { strict: false });

/** Returns the time of one call in microseconds: the median of batches, after a few warm-up batches. */
function time(call) {
  const batches = Array.from({ length: WARM_UP + BATCHES }, () => {
    const startedAt = performance.now();
    for (let at = 0; at < LOGINS; at += 1) call(at);
    return ((performance.now() - startedAt) * 1000) / LOGINS;
  });
  return rounded(median(batches.slice(WARM_UP)));
}

function refused(token) {
  try {
    tokens.verify(token);
  } catch {
    return;
  }
  throw new Error('a token should have been refused');
}

const loginsOf = (kind, payloadBytes) => Array.from({ length: LOGINS }, () => login(kind, tenant, payloadBytes));
const logins = loginsOf('valid', 300);
const large = loginsOf('valid', 7168);
const forged = loginsOf('badSignature', 300);
const verified = logins.map(({ token }) => tokens.verify(token));
const answers = verified.map((token, at) => tokens.sign(token, logins[at].state));

const results = {
  'verify, 0.3 KB': time((at) => tokens.verify(logins[at].token)),
  'verify, 7 KB': time((at) => tokens.verify(large[at].token)),
  'verify, refused for its signature': time((at) => refused(forged[at].token)),
  sign: time((at) => tokens.sign(verified[at], logins[at].state)),
  'continue page': time((at) =>
    pages.continuePage({ continueUrl, state: logins[at].state, sessionToken: answers[at] }),
  ),
};
process.stdout.write(`Node ${process.version}, microseconds per call\n`);
for (const [name, each] of Object.entries(results)) process.stdout.write(`${String(each).padStart(8)}  ${name}\n`);
await context.close();
process.exit(0);
