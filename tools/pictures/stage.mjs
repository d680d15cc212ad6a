// Runs the service as in production, and fake sites and servers around it, all on this machine.
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { SMTPServer } from 'smtp-server';
import { freePort, listening, startProgram } from '../programs.mjs';
import { SECRET, stepsOf } from './steps.mjs';

/** Number of logins: each uses another phone number, because messages per number are limited. */
let logins = 0;

/**
 * Starts everything. `address(step, locale)` returns the target of a tenant's redirect. `preview` is the address of the
 * preview.
 */
export async function startStage() {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const stand = await listening(createServer(respond).listen(0, '127.0.0.1'));
  const mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (data, _session, done) => data.resume().once('end', done),
  });
  const smtp = await listening(mail.listen(0, '127.0.0.1'));
  const [service, preview] = [await freePort(), await freePort()];
  const stepsFile = join(folder, 'steps.json');
  writeFileSync(stepsFile, JSON.stringify(stepsOf(`http://localhost:${stand}`, smtp)));
  const redirect = `http://login.localhost:${service}/redirect`;
  const env = {
    HOST: '127.0.0.1',
    PORT: String(service),
    METRICS_PORT: '0',
    AUTH0_ISSUER: 'tenant.localhost',
    AUTH0_SESSION_SECRET: SECRET,
    AUTH0_CONTINUE_URL: `http://tenant.localhost:${stand}/continue`,
    PUBLIC_URL: redirect,
    STEPS_FILE: stepsFile,
    BRAND_NAME: 'Example',
    SIGN_IN_URL: 'https://app.example.com/',
    PRIVACY_URL: 'https://example.com/privacy',
    SUPPORT_URL: 'https://example.com/support',
  };
  await startProgram(['dist/service/main.js'], env, `http://127.0.0.1:${service}/readyz`);
  await startProgram(
    ['dist/service/main.js', 'preview', '--port', String(preview)],
    env,
    `http://127.0.0.1:${preview}/`,
  );
  return {
    address: (steps, locale) => address(redirect, steps, locale),
    preview: `http://127.0.0.1:${preview}/pages/`,
  };
}

async function address(redirect, steps, locale) {
  logins += 1;
  const person = { email: 'alex@example.com', phone_number: `+1201555${String(100 + logins).padStart(4, '0')}` };
  const token = await new SignJWT({
    ...person,
    roles: ['Reader', 'Editor', 'Owner'],
    steps,
    locale,
    nonce: randomUUID(),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('tenant.localhost')
    .setSubject(`auth0|${randomUUID()}`)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(Buffer.from(SECRET));
  return `${redirect}?${new URLSearchParams({ session_token: token, state: randomUUID() })}`;
}

/** Answers requests to the tenant, the list endpoint, the SMS gateway, and the vendors. */
async function respond(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const returnTo = searchParams.get('return_to');
  // A browser stays on the continue page if its form is answered with 204.
  if (pathname === '/continue') return response.writeHead(204).end();
  if (pathname.startsWith('/list/'))
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(list()));
  if (pathname === '/sms') return response.end('{}');
  if (pathname === '/bank') {
    return response
      .setHeader('content-type', 'text/html')
      .end(`<form method="post" action="${returnTo}"><button name="error" value="gave_up">Return</button></form>`);
  }
  if (searchParams.get('decline')) await decline(new URL(returnTo), searchParams.get('handle'));
  return response.writeHead(303, { location: returnTo }).end();
}

/** Sends the webhook of a vendor that declines. */
async function decline({ port }, handle) {
  const body = JSON.stringify({ handle, status: 'declined' });
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'persona-signature': `t=${time},v1=${signature}` };
  await fetch(`http://127.0.0.1:${port}/redirect/steps/declining/webhook`, { method: 'POST', headers, body });
}

function list() {
  const cities = ['Zürich', 'Berlin', 'Tokyo', 'São Paulo', 'القاهرة', 'Toronto'];
  return Array.from({ length: 24 }, (_none, index) => ({
    id: `org_${index}`,
    label: `Example ${cities[index % cities.length]} ${index + 1}`,
  }));
}
