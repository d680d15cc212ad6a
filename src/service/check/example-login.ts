import { FileProblem, readTextFile } from '../../auth-redirect/files.js';
import { isJsonObject, type JsonObject } from '../../auth-redirect/json.js';
import type { ConditionVariables } from '../../auth-redirect/steps/condition.js';
import type { Tenant } from '../../auth-redirect/tenants/tenant.js';
import { didYouMean } from '../../auth-redirect/validation/did-you-mean.js';
import { ConfigurationError } from '../configuration/environment.js';

const FILE_MAX_BYTES = 65_536;
const MEMBERS = ['claims', 'earlier', 'tenant', 'locale'];

export type ExampleLogin = ConditionVariables;

/**
 * Reads JSON with the optional members `claims`, `earlier`, `tenant` (default: the first) and `locale` (default: `en`).
 *
 * @throws ConfigurationError if the file cannot be used.
 */
export function readExampleLogin(path: string, tenants: readonly Tenant[]): ExampleLogin {
  const { claims = {}, earlier = {}, tenant = tenants[0]?.name, locale = 'en', ...others } = contentOf(path);
  const names = [...new Set(tenants.map(({ name }) => name))];
  const unknown = Object.keys(others).map((name) => `has the unknown member ${name}${didYouMean(name, MEMBERS)}`);
  const problems = [
    ...unknown,
    ...(isJsonObject(claims) ? [] : ['has claims that are not an object']),
    ...(isJsonObject(earlier) ? [] : ['has earlier results that are not an object with results by step id']),
    ...(typeof locale === 'string' ? [] : ['has a locale that is not a string']),
    ...(names.some((name) => name === tenant) ? [] : [`has an unknown tenant (known: ${names.join(', ')})`]),
  ];
  if (problems.length > 0 || !isJsonObject(claims) || !isJsonObject(earlier))
    throw new ConfigurationError(problems.map((problem) => `--login ${path} ${problem}`));
  return { claims, earlier, tenant: String(tenant), locale: String(locale) };
}

function contentOf(path: string): JsonObject {
  try {
    const content: unknown = JSON.parse(readTextFile(path, FILE_MAX_BYTES));
    if (isJsonObject(content)) return content;
  } catch (error) {
    if (error instanceof FileProblem) throw new ConfigurationError([`--login ${error.problem}`]);
  }
  throw new ConfigurationError([`--login ${path} is not a JSON object, like {"claims": {"sub": "auth0|1"}}`]);
}
