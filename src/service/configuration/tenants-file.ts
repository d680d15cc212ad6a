import { plainToInstance } from 'class-transformer';
import { problemsOf } from '../../auth-redirect/validation/validate.js';
import { TenantOptions } from '../../auth-redirect/options/tenant.options.js';
import { readConfigurationFile } from './configuration-file.js';

interface TenantsFile {
  readonly tenants: readonly TenantOptions[];
  readonly problems: readonly string[];
}

type Section = Readonly<Record<string, unknown>>;

/**
 * TENANTS_FILE, in YAML or JSON: `tenants` is a list of {@link TenantOptions}. Beside what those have, `keys` may name environment
 * variables that hold the secrets: `currentVariable` and `previousVariable`.
 */
export function readTenantsFile(path: string, variables: Readonly<Record<string, unknown>>): TenantsFile {
  const content = readConfigurationFile(path);
  if (typeof content === 'string') return { tenants: [], problems: [`TENANTS_FILE ${content}`] };
  const { tenants, ...others } = content;
  const problems = Object.keys(others).map((name) => `TENANTS_FILE ${name} is no option that there is`);
  if (!Array.isArray(tenants) || tenants.length === 0) {
    return { tenants: [], problems: [...problems, 'TENANTS_FILE tenants is not a list of tenants'] };
  }
  const read = tenants.map((tenant: unknown) => tenantOf(tenant, variables));
  return {
    tenants: read.filter((tenant) => tenant !== undefined),
    problems: [
      ...problems,
      ...read.flatMap((tenant, index) =>
        (tenant ? problemsOf(tenant, 'unknown properties refused') : ['is no tenant']).map(
          (problem) => `TENANTS_FILE tenants[${index}]${problem.startsWith('is ') ? ' ' : '.'}${problem}`,
        ),
      ),
    ],
  };
}

function tenantOf(given: unknown, variables: Readonly<Record<string, unknown>>): TenantOptions | undefined {
  if (!isSection(given)) return undefined;
  const keys = isSection(given.keys) ? { keys: keysOf(given.keys, variables) } : {};
  return plainToInstance(TenantOptions, { ...given, ...keys });
}

/** A variable that is not set leaves the secret missing, and that is told. */
function keysOf({ currentVariable, previousVariable, ...keys }: Section, variables: Section): Section {
  return {
    ...keys,
    ...(currentVariable !== undefined && { current: valueOf(currentVariable, variables) ?? '' }),
    ...(previousVariable !== undefined && { previous: valueOf(previousVariable, variables) }),
  };
}

function valueOf(name: unknown, variables: Section): unknown {
  return typeof name === 'string' ? variables[name] : undefined;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
