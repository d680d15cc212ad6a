import { parseArgs } from 'node:util';
import { validatedOptions } from '../../auth-redirect/options/auth-redirect.options.js';
import type { Tenant } from '../../auth-redirect/tenants/tenant.js';
import { tenantsOf } from '../../auth-redirect/tenants/tenants-of.js';
import { authRedirectOptions } from '../configuration/auth-redirect-options.js';
import { loadConfiguration, type Configuration } from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/environment.js';
import { redisOptions } from '../configuration/redis-options.js';
import { checkIssuer } from './check-issuer.js';
import { checkKeys } from './check-keys.js';
import { checkRedis } from './check-redis.js';
import { checkSteps } from './check-steps.js';
import { error, ok, warning, type Finding } from './finding.js';

const USAGE = `usage: nestjs-auth-redirect check [--offline] [--json]
Reads the configuration as the service would, and says what is wrong with it.
  --offline   asks neither tenants nor Redis
  --json      one JSON document instead of lines
Ends with 0 where nothing is wrong, 1 for an error, 64 for an unknown option. Warnings do not fail it.
`;

/** sysexits.h: EX_USAGE. */
const EXIT_USAGE = 64;

/** @returns The exit code. */
export async function checkCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined) {
    print(USAGE);
    return EXIT_USAGE;
  }
  const findings = await findingsOf(options.offline);
  print(options.json ? `${JSON.stringify(findings, null, 2)}\n` : textOf(findings));
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
}

function optionsOf(args: readonly string[]): { readonly offline: boolean; readonly json: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { offline: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    });
    return values;
  } catch {
    return undefined;
  }
}

async function findingsOf(offline: boolean): Promise<readonly Finding[]> {
  try {
    const configuration = await loadConfiguration();
    return [ok('configuration', 'is sound'), ...(await findingsIn(configuration, offline))];
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown;
    return thrown.problems.map((problem) => error('configuration', problem));
  }
}

async function findingsIn(configuration: Configuration, offline: boolean): Promise<readonly Finding[]> {
  const { environment } = configuration;
  const tenants = tenantsOf(validatedOptions(authRedirectOptions(environment)), () => {});
  const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  const keys = [...byName.values()].flatMap(({ name, keyRing }) => checkKeys(name, keyRing, Date.now()));
  const redis = redisOptions(environment);
  return [
    ...keys,
    await checkSteps(configuration),
    ...(redis ? [] : [warning('redis', 'none: each replica remembers by itself, which is enough for one')]),
    ...(offline ? [] : await askedFindings(tenants, redis)),
  ];
}

async function askedFindings(
  tenants: readonly Tenant[],
  redis: ReturnType<typeof redisOptions>,
): Promise<readonly Finding[]> {
  const issuers = await Promise.all(tenants.map(async (tenant) => checkIssuer(tenant, Date.now)));
  return [...issuers.flat(), ...(redis ? [await checkRedis(redis)] : [])];
}

function textOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ level, subject, message }) => `${level.padEnd(8)} ${subject}: ${message}\n`);
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  return `${lines.join('')}${count('error')} errors, ${count('warning')} warnings\n`;
}
