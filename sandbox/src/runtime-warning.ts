import { stripVTControlCharacters } from 'node:util';

/** The warning of oidc-provider 9 on Node 20. The tests of the sandbox pass on Node 20. */
const WARNING = 'oidc-provider WARNING: Unsupported runtime. Use Node.js v22.x LTS, or a later LTS release.';

/** Imports a module without this warning, for which oidc-provider has no option. Prints other warnings. */
export async function withoutRuntimeWarning<Module>(load: () => Promise<Module>): Promise<Module> {
  const { warn } = console;
  console.warn = (...values: unknown[]) => {
    if (stripVTControlCharacters(String(values[0])) !== WARNING) warn.apply(console, values);
  };
  try {
    return await load();
  } finally {
    console.warn = warn;
  }
}
