import { parseArgs } from 'node:util';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StepRegistry } from '../../auth-redirect/steps/step-registry.js';
import { TenantsService } from '../../auth-redirect/tenants/tenants.service.js';
import { completeOptions } from '../../redis/redis-replay-store.options.js';
import {
  asConfigurationError,
  loadConfiguration,
  misspelled,
  redisOptions,
  type Configuration,
} from '../configuration/configuration.js';
import { ConfigurationError } from '../configuration/environment.js';
import { CUSTOM_TYPE } from '../ready-made-steps.js';
import { redirectModule } from '../redirect-module.js';
import { checkRedis } from './check-redis.js';
import { checkOrder, checkStep } from './check-steps.js';
import { checkIssuer, checkIssuerForms, checkKeys } from './checks.js';
import { readExampleLogin } from './example-login.js';
import { explanationMermaid } from './explain-mermaid.js';
import { explanationText } from './explain-text.js';
import { explainSteps } from './explain.js';
import { error, ok, warning, type Finding } from './finding.js';

const USAGE = `usage: nestjs-auth-redirect check [--offline] [--json]
       nestjs-auth-redirect check --explain[=mermaid] [--login FILE.json]
Reads the environment variables of the service, makes the steps, renders their pages for a made-up user, and reports mistakes.
  --offline           sends no requests to tenants and Redis
  --json              one JSON document instead of lines
  --explain           draws the steps of a login with their conditions instead, and sends no requests
  --explain=mermaid   the same for https://mermaid.js.org
  --login FILE.json   with --explain: what happens in a login with the "claims", "earlier" results, "tenant" and "locale" of the file
  --help              prints this text
Exits with 0 without errors, 1 with an error, 64 for an unknown option. Warnings are not errors.
`;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

export async function checkCommand(args: readonly string[], print: (text: string) => void): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined || options.help) {
    print(USAGE);
    return options ? 0 : EXIT_USAGE;
  }
  const findings = options.explain === undefined ? await findingsOf(options.offline) : await explain(options, print);
  if (options.explain !== undefined && findings.length === 0) return 0;
  print(options.json ? `${JSON.stringify(findings, null, 2)}\n` : textOf(findings));
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
}

function optionsOf(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const given = args.map((arg) => (arg === '--explain' ? '--explain=text' : arg));
  try {
    const { values } = parseArgs({
      args: given,
      options: { offline: flag, json: flag, explain: text, login: text, help: { ...flag, short: 'h' } },
    });
    const { explain: format, login, json } = values;
    const isSound = format === undefined ? login === undefined : !json && ['text', 'mermaid'].includes(format);
    return isSound ? values : undefined;
  } catch {
    return undefined;
  }
}

async function findingsOf(offline: boolean): Promise<readonly Finding[]> {
  return orProblems(async () => {
    const findings = await findingsIn(await loadConfiguration(), offline);
    const doubts = misspelled(process.env).map((problem) => warning('configuration', problem));
    return [ok('configuration', 'is valid'), ...doubts, ...findings];
  });
}

async function explain(
  { explain: format, login: path }: { explain?: string | undefined; login?: string | undefined },
  print: (text: string) => void,
): Promise<readonly Finding[]> {
  return orProblems(async () => {
    const configuration = await loadConfiguration();
    const context = await contextOf(configuration);
    const registry = context.get(StepRegistry, { strict: false });
    const tenants = context.get(TenantsService, { strict: false }).all();
    await context.close();
    const login = path === undefined ? undefined : readExampleLogin(path, tenants);
    const orders = explainSteps(registry, tenants, configuration.environment.readyMadeSteps, login);
    print(format === 'mermaid' ? explanationMermaid(orders) : explanationText(orders, login !== undefined));
    return [];
  });
}

async function orProblems(action: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await action();
  } catch (thrown) {
    const known = asConfigurationError(thrown);
    if (!(known instanceof ConfigurationError)) throw thrown;
    return known.problems.map((problem) => error('configuration', problem));
  }
}

/** Creates the module without Redis. This finds the remaining mistakes. */
async function contextOf(configuration: Configuration): Promise<INestApplicationContext> {
  const { environment, module } = configuration;
  const imports = [module, redirectModule(configuration, { useFactory: () => environment.options })];
  const root = { module: class {}, imports };
  return NestFactory.createApplicationContext(root, { abortOnError: false, logger: false });
}

async function findingsIn(configuration: Configuration, offline: boolean): Promise<readonly Finding[]> {
  const { environment } = configuration;
  const context = await contextOf(configuration);
  const tenants = context.get(TenantsService, { strict: false }).all();
  const { defaultSteps, viewsDirectory, localesDirectory } = environment.options;
  const registry = context.get(StepRegistry, { strict: false });
  const ids = registry.defaultSteps(defaultSteps).map(({ id }) => id);
  const directories = { ...(viewsDirectory && { viewsDirectory }), ...(localesDirectory && { localesDirectory }) };
  const pages = await Promise.all(registry.defaultSteps().map(async (step) => checkStep(step, directories)));
  await context.close();
  const named = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  const issuers = offline ? [] : await Promise.all(tenants.map(async (tenant) => checkIssuer(tenant, Date.now)));
  return [
    ...[...named.values()].flatMap((tenant) => checkKeys(tenant, Date.now())),
    ...checkIssuerForms(tenants),
    ok('steps', ids.join(', ') || 'none'),
    ...checkOrder(
      environment.readyMadeSteps.filter(({ type }) => type !== CUSTOM_TYPE).map(({ id }) => id),
      defaultSteps,
    ),
    ...pages,
    ...issuers.flat(),
    ...(await redisFindings(configuration, offline)),
  ];
}

async function redisFindings({ environment }: Configuration, offline: boolean): Promise<Finding[]> {
  const options = redisOptions(environment);
  if (!options)
    return [warning('redis', 'none: each replica decides and counts alone; use Redis for several replicas')];
  completeOptions(options, new Logger());
  return offline ? [] : [await checkRedis(options)];
}

function textOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ level, subject, message }) => `${level.padEnd(8)} ${subject}: ${message}\n`);
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  return `${lines.join('')}${count('error')} errors, ${count('warning')} warnings\n`;
}
