import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeysOptions } from '../../auth-redirect/options/tenant.options.js';
import type { Tenant } from '../../auth-redirect/tenants/tenant.js';
import { error, ok, warning, type Finding } from './finding.js';

const DAY_MS = 86_400_000;
const MAX_AGE_DAYS = 365;
/** A rotation takes only as long as the open logins. */
const MAX_ROTATION_DAYS = 30;

const TIMEOUT_MS = 5000;
/** Error codes of a host without an address. */
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN'];
/** The header `Date` has whole seconds. */
const CLOCK_WARNING_SECONDS = 2;
/** Limit for a session token's future `iat`. */
const CLOCK_ERROR_SECONDS = 60;

export function checkKeys({ name, keyRing: { secrets, options } }: Tenant, now: number): readonly Finding[] {
  const subject = `keys of ${name}`;
  const { current, previous } = secrets;
  const files = filesOf(options);
  const [age = 0, rotation = 0] = [ageInDays(files.current, now), ageInDays(files.previous, now)];
  const size = `current has ${Buffer.byteLength(current)} bytes`;
  return [
    ok(subject, previous === undefined ? size : `${size}, previous is set`),
    ...(previous === current ? [warning(subject, 'previous is the same as current: remove it')] : []),
    ...(age > MAX_AGE_DAYS ? [warning(subject, `current is ${age} days old: rotate it`)] : []),
    ...(previous !== undefined && rotation > MAX_ROTATION_DAYS
      ? [warning(subject, `previous has been set for ${rotation} days: end the rotation`)]
      : []),
  ];
}

function filesOf({ currentFile, previousFile, directory }: KeysOptions) {
  if (directory === undefined) return { current: currentFile, previous: previousFile };
  return { current: join(directory, 'current'), previous: join(directory, 'previous') };
}

function ageInDays(path: string | undefined, now: number): number | undefined {
  const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return stats && Math.floor((now - stats.mtimeMs) / DAY_MS);
}

export async function checkIssuer(
  { name, issuer, continueUrl }: Tenant,
  now: () => number,
): Promise<readonly Finding[]> {
  const subject = `issuer ${issuer} of ${name}`;
  const base = baseOf(issuer);
  return [
    ...checkContinueHost(subject, new URL(base).host, new URL(continueUrl).host),
    await checkClock(subject, new URL('.well-known/openid-configuration', base), now),
    await checkReachable(`continue URL of ${issuer}`, new URL(continueUrl)),
  ];
}

/** Warns of an issuer that `encodeToken` does not write, unless the issuer that it writes is also configured. */
export function checkIssuerForms(tenants: readonly Tenant[]): readonly Finding[] {
  const issuers = tenants.map(({ issuer }) => issuer);
  return tenants.flatMap(({ name, issuer }) => {
    const { host } = new URL(baseOf(issuer));
    const advice = `encodeToken writes ${host}: configure that host, unless the Action's payload sets iss to exactly this issuer`;
    return issuers.includes(host) ? [] : [warning(`issuer ${issuer} of ${name}`, advice)];
  });
}

function baseOf(issuer: string): string {
  return issuer.includes('://') ? issuer : `https://${issuer}/`;
}

function checkContinueHost(subject: string, issuerHost: string, continueHost: string): Finding[] {
  if (issuerHost === continueHost) return [];
  return [warning(subject, `continues at another host, ${continueHost}, where Auth0 does not know the login`)];
}

async function checkClock(subject: string, url: URL, now: () => number): Promise<Finding> {
  const started = now();
  const answer = await answerOf(url);
  if (typeof answer === 'string') return unanswered(subject, answer, 'the service itself sends no requests to it');
  if (answer.status !== 200)
    return error(subject, `answers ${answer.status} for ${url.pathname}: is that the right host?`);
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(date)) return ok(subject, 'answers, without a date');
  return clockFinding(subject, ((started + now()) / 2 - (date + 500)) / 1000);
}

/** @param ahead Seconds by which the service's clock is ahead of the tenant's. */
function clockFinding(subject: string, ahead: number): Finding {
  const difference = `our clock is ${Math.abs(ahead).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(ahead) > CLOCK_ERROR_SECONDS)
    return error(subject, `${difference}: tokens are rejected, because no clock skew is allowed`);
  if (Math.abs(ahead) > CLOCK_WARNING_SECONDS)
    return warning(subject, `${difference}: synchronize it, because no clock skew is allowed`);
  return ok(subject, `answers; ${difference}`);
}

async function checkReachable(subject: string, url: URL): Promise<Finding> {
  const answer = await answerOf(url);
  if (typeof answer === 'string') return unanswered(subject, answer, 'only browsers send requests to it');
  if (answer.status === 404) return error(subject, 'answers 404: there is no /continue');
  return ok(subject, `answers ${answer.status}`);
}

function unanswered(subject: string, code: string, note: string): Finding {
  if (UNRESOLVED.includes(code)) return error(subject, `has a host that does not resolve (${code}): is it misspelled?`);
  return warning(subject, `does not answer (${code}); ${note}`);
}

async function answerOf(url: URL): Promise<Response | string> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer;
  } catch (thrown) {
    if (!(thrown instanceof Error)) return 'unknown';
    return thrown.cause instanceof Error && 'code' in thrown.cause ? String(thrown.cause.code) : thrown.name;
  }
}
