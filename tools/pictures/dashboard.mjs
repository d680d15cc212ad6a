// The Grafana dashboard, drawn from its JSON with the metrics of real logins. Neither Debian nor npm provides Grafana
// itself.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { logIn } from '../demo/log-in.mjs';
import { startLogins } from '../demo/start-logins.mjs';
import { freePort, startProgram } from '../programs.mjs';
import { chart } from './chart.mjs';

const CHART = 'deploy/helm/nestjs-auth-redirect/files';
const PROMETHEUS = process.env.PROMETHEUS || 'node_modules/.cache/deploy-tools/prometheus';
const LOAD_SECONDS = 180;
const WIDTH = 1440;
const SCRAPE_SECONDS = 2;
const LOGINS_AT_ONCE = 3;
const MISHAP_EVERY = 5;
const LABELS = { namespace: 'login', job: 'auth-redirect', pod: 'auth-redirect-0' };
/** Values of Grafana's variables in the queries. */
const VARIABLES = {
  namespace: LABELS.namespace,
  job: LABELS.job,
  tenant: '.*',
  __rate_interval: `${10 * SCRAPE_SECONDS}s`,
};

/** Returns a picture of the dashboard after some minutes of logins. */
export async function dashboard(browser) {
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const logins = await startService();
  const prometheus = await startPrometheus(folder, logins.metricsPort);
  const start = Date.now() / 1000;
  await load(logins, start + LOAD_SECONDS);
  const { panels } = JSON.parse(readFileSync(`${CHART}/dashboard.json`, 'utf8'));
  const drawn = await Promise.all(panels.map(async (panel) => chart(panel, await seriesOf(prometheus, panel, start))));
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
  await page.setContent(`<body style="margin:8px;background:#111217">${drawn.join('')}</body>`);
  const image = await page.screenshot({ fullPage: true });
  await page.close();
  return { image, width: WIDTH };
}

async function startService() {
  const [redis, metricsPort] = [await freePort(), await freePort()];
  const program = process.env.REDIS_SERVER || '/usr/bin/redis-server';
  await startProgram(['--port', String(redis), '--bind', '127.0.0.1', '--save', ''], {}, redis, program);
  const steps = {
    terms: { title: 'Terms of Service', version: '3', text: 'You may use this.' },
    profile: { fields: [{ name: 'given_name', type: 'text', label: 'Given name', required: true }] },
    role: { type: 'choose', title: 'Role', claim: 'roles' },
  };
  const environment = { REDIS_URL: `redis://127.0.0.1:${redis}`, METRICS_PORT: String(metricsPort) };
  const actionSecrets = { TERMS_VERSION: '3', PROFILE_FIELDS: 'given_name' };
  return { metricsPort, ...(await startLogins({ steps, actionSecrets, environment })) };
}

async function startPrometheus(folder, metricsPort) {
  const configuration = {
    global: { scrape_interval: `${SCRAPE_SECONDS}s`, evaluation_interval: `${SCRAPE_SECONDS}s` },
    rule_files: [resolve(`${CHART}/rules.yaml`)],
    scrape_configs: [
      { job_name: LABELS.job, static_configs: [{ targets: [`127.0.0.1:${metricsPort}`], labels: LABELS }] },
    ],
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(configuration));
  const port = await freePort();
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  await startProgram(options, {}, `http://127.0.0.1:${port}/-/ready`, PROMETHEUS);
  return `http://127.0.0.1:${port}`;
}

/** Logs in repeatedly. The number of simultaneous logins rises and falls. */
async function load(logins, end) {
  const people = Array.from({ length: LOGINS_AT_ONCE }, async (_none, number) => {
    for (let round = 0; Date.now() / 1000 < end; round += 1) {
      const email = `user-${randomUUID()}@example.com`;
      await logIn(logins.app, { email, password: 'any', given_name: 'Ada' }, () => undefined);
      await mishap(logins, round * LOGINS_AT_ONCE + number);
      await wait(200 * number * (1 + Math.sin(Date.now() / 20_000)));
    }
  });
  await Promise.all(people);
}

/** Causes a sign-in that ends early, or a refused request, after some logins. */
async function mishap(logins, turn) {
  if (turn % MISHAP_EVERY !== 0) return;
  const garbage = 'eyJhbGciOiJub25lIn0.e30.';
  const happenings = [
    async () => visit(logins, await token(logins), { _cancel: 'yes' }),
    async () =>
      visit(logins, await token(logins, { steps: ['role'], roles: ['Reader', 'Owner'] }), { choice: 'Owner' }),
    async () => visit(logins, await token(logins)),
    async () => visit(logins, await token(logins, { exp: Math.floor(Date.now() / 1000) - 5 })),
    async () => visit(logins, garbage),
    async () => fetch(`${local(logins)}?state=only`),
  ];
  await happenings[(turn / MISHAP_EVERY) % happenings.length]();
}

const local = ({ servicePort }) => `http://127.0.0.1:${servicePort}/redirect`;

async function token({ secret }, { exp, ...claims } = {}) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: `auth0|${randomUUID()}`, nonce: randomUUID(), iss: 'tenant.localhost', ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now - 60)
    .setExpirationTime(exp ?? now + 300)
    .sign(Buffer.from(secret));
}

/** Opens the page of a step, and posts its form if there is one. */
async function visit(logins, sessionToken, form) {
  const query = new URLSearchParams({ session_token: sessionToken, state: randomUUID() });
  const arrival = await fetch(`${local(logins)}?${query}`, { redirect: 'manual' });
  const { location } = Object.fromEntries(arrival.headers);
  if (location === undefined) return;
  const cookie = arrival.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { pathname, search } = new URL(location, local(logins));
  const address = new URL(pathname + search, local(logins));
  await fetch(address, { headers: { cookie } });
  if (form === undefined) return;
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  await fetch(address, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) });
}

async function seriesOf(prometheus, { targets = [] }, start) {
  const results = targets.map(async ({ expr, legendFormat }) => {
    const query = expr.replaceAll(/\$(\w+)/g, (_variable, name) => VARIABLES[name]);
    const range = { query, start: String(start), end: String(Date.now() / 1000), step: String(SCRAPE_SECONDS) };
    const { data, error } = await (
      await fetch(`${prometheus}/api/v1/query_range?${new URLSearchParams(range)}`)
    ).json();
    if (error) throw new Error(`${query}: ${error}`);
    return data.result.map(({ metric, values }) => ({
      name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_braces, label) => metric[label] ?? ''),
      points: values.map(([time, value]) => [time, Number(value)]).filter(([, value]) => Number.isFinite(value)),
    }));
  });
  return (await Promise.all(results)).flat();
}
