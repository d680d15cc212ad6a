import { stripVTControlCharacters } from 'node:util';

/** oidc-provider 9 prints this on Node 20, where the sandbox's tests pass. */
const WARNING = 'oidc-provider WARNING: Unsupported runtime. Use Node.js v22.x LTS, or a later LTS release.';

/** Hides only this warning, for which oidc-provider has no option. */
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
