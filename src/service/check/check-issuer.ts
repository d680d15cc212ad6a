import type { Tenant } from '../../auth-redirect/tenants/tenant.js';
import { error, ok, warning, type Finding } from './finding.js';

/** How long a tenant is waited for, in milliseconds. */
const TIMEOUT_MS = 5000;
/** Seconds that our clock may differ; HTTP tells the time in whole seconds. */
const CLOCK_WARNING_SECONDS = 2;
/** A session token from further ahead than this is refused. */
const CLOCK_ERROR_SECONDS = 60;

/** Whether an issuer answers, how far its clock is from ours, and whether logins go on at its own host. */
export async function checkIssuer(
  { name, issuer, continueUrl }: Tenant,
  now: () => number,
): Promise<readonly Finding[]> {
  const subject = `issuer ${issuer} of ${name}`;
  const base = issuer.includes('://') ? issuer : `https://${issuer}/`;
  return [
    ...checkContinueUrl(subject, base, continueUrl),
    ...(await checkClock(subject, new URL('.well-known/openid-configuration', base), now)),
    ...(await checkReachable(`continue URL of ${issuer}`, new URL(continueUrl))),
  ];
}

function checkContinueUrl(subject: string, base: string, continueUrl: string): Finding[] {
  if (new URL(base).host === new URL(continueUrl).host) return [];
  return [
    warning(subject, `goes on at another host, ${new URL(continueUrl).host}: Auth0 knows the login at its own only`),
  ];
}

async function checkClock(subject: string, url: URL, now: () => number): Promise<Finding[]> {
  const started = now();
  const answer = await answerOf(url);
  if (typeof answer === 'string')
    return [warning(subject, `does not answer (${answer}); the service itself never asks it`)];
  if (answer.status !== 200)
    return [error(subject, `answers ${answer.status} for ${url.pathname}: is that the right host?`)];
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(date)) return [ok(subject, 'answers, without telling its time')];
  return [clockFinding(subject, ((started + now()) / 2 - (date + 500)) / 1000)];
}

/** @param ahead Seconds that our clock is ahead of the tenant's. */
function clockFinding(subject: string, ahead: number): Finding {
  const difference = `our clock is ${Math.abs(ahead).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(ahead) > CLOCK_ERROR_SECONDS)
    return error(subject, `${difference}: tokens are refused, there is no clock skew`);
  if (Math.abs(ahead) > CLOCK_WARNING_SECONDS)
    return warning(subject, `${difference}: there is no clock skew, synchronise it`);
  return ok(subject, `answers; ${difference}`);
}

async function checkReachable(subject: string, url: URL): Promise<Finding[]> {
  const answer = await answerOf(url);
  if (typeof answer === 'string')
    return [warning(subject, `does not answer (${answer}); browsers go there, not the service`)];
  if (answer.status === 404) return [error(subject, 'answers 404: there is no /continue')];
  return [ok(subject, `answers ${answer.status}`)];
}

/** The answer, or the system's word for why there is none. */
async function answerOf(url: URL): Promise<Response | string> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer;
  } catch (thrown) {
    return wordFor(thrown);
  }
}

function wordFor(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  if (thrown.cause instanceof Error && 'code' in thrown.cause) return String(thrown.cause.code);
  return thrown.name;
}
