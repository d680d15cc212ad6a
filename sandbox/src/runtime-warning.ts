import { stripVTControlCharacters } from 'node:util';

/** What oidc-provider 9 prints on Node 20. Our tests run on Node 20, and what we use of oidc-provider works there. */
const WARNING = 'oidc-provider WARNING: Unsupported runtime. Use Node.js v22.x LTS, or a later LTS release.';

/** Imports a module and leaves out this one line; oidc-provider has no option for that. Other warnings are printed. */
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
