import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Assets {
  actions: { name: string; code: string; runtime: string; deployed: boolean; secrets: unknown[] }[];
  triggers: Record<string, { action_name: string }[]>;
}
type Loaded = { assets: Assets; error?: never } | { error: string; assets?: never };

const layout = join(__dirname, '../../auth0');
const example = JSON.parse(readFileSync(join(layout, 'deploy-config.example.json'), 'utf8')) as Record<string, unknown>;
const mappings = {
  ...(example['AUTH0_KEYWORD_REPLACE_MAPPINGS'] as Record<string, string>),
  AUTH_REDIRECT_SESSION_SECRET: 'quotes " and \\ survive, 0123456789',
  AUTH_REDIRECT_TERMS_VERSION: '2026-11',
  AUTH_REDIRECT_PROFILE_FIELDS: 'given_name,phone',
};

/**
 * Runs the loader, schema and handlers of `a0deploy import`, up to its first request. Compiles the parts of the schema
 * separately, because the whole takes 30 seconds. Compares trigger ids and actions with the library's list, because the
 * schema does not check them. Runs in a separate process, because Jest cannot load the ES modules among its
 * dependencies.
 */
const loader = `
  const { createRequire } = require('node:module');
  const lib = createRequire(require.resolve('auth0-deploy-cli/package.json'));
  const DirectoryContext = lib('./lib/context/directory').default;
  const Auth0 = lib('./lib/tools/auth0').default;
  const schema = lib('./lib/tools/auth0/schema').default;
  const { constants } = lib('./lib/tools');
  const Ajv = lib('ajv/lib/ajv');
  lib('./lib/logger').default.silent = true;

  async function load(config) {
    const context = new DirectoryContext(config, {});
    await context.loadAssetsFromLocal();
    const { actions, triggers } = context.assets;
    for (const [type, asset] of Object.entries({ actions, triggers })) {
      const ajv = new Ajv({ useDefaults: true, nullable: true });
      if (!ajv.validate(schema.properties[type], asset)) throw new Error(type + ajv.errorsText());
    }
    await new Auth0({}, context.assets, (key) => config[key]).runStage('validate');
    for (const [trigger, bindings] of Object.entries(triggers)) {
      if (!constants.ACTIONS_TRIGGERS.includes(trigger)) throw new Error('no such trigger: ' + trigger);
      for (const { action_name } of bindings) {
        const action = actions.find(({ name }) => name === action_name);
        if (!action?.supported_triggers.some(({ id }) => id === trigger)) {
          throw new Error('no action ' + action_name + ' for ' + trigger);
        }
      }
    }
    return { actions, triggers };
  }

  const [configs] = process.argv.slice(1).map((text) => JSON.parse(text));
  const results = configs.map((config) => load(config).then((assets) => ({ assets }), ({ message }) => ({ error: message })));
  Promise.all(results).then((all) => process.stdout.write(JSON.stringify(all)));
`;

const folders: string[] = [];

/** Copies the layout, with one file changed or removed. */
function copyWith(path: string, change?: (text: string) => string): string {
  const copy = mkdtempSync(join(tmpdir(), 'auth0-layout-'));
  folders.push(copy);
  cpSync(layout, copy, { recursive: true });
  const file = join(copy, path);
  if (change) writeFileSync(file, change(readFileSync(file, 'utf8')));
  else rmSync(file);
  return copy;
}

const swap = (found: string, put: string) => (text: string) => {
  expect(text).toContain(found);
  return text.replace(found, put);
};

/** Adds the optional secrets, as the guide describes. */
const withSettings = () =>
  copyWith(
    'actions/auth-redirect.json',
    swap(
      '"@@AUTH_REDIRECT_URL@@" }',
      `"@@AUTH_REDIRECT_URL@@" },
      { "name": "TERMS_VERSION", "value": "@@AUTH_REDIRECT_TERMS_VERSION@@" },
      { "name": "PROFILE_FIELDS", "value": "@@AUTH_REDIRECT_PROFILE_FIELDS@@" }`,
    ),
  );

const broken: [what: string, folder: () => string, error: RegExp][] = [
  ['the code is missing', () => copyWith('actions/auth-redirect/code.js'), /Unable to load file .*code\.js/],
  [
    'the manifest is not JSON',
    () => copyWith('actions/auth-redirect.json', swap('{', '')),
    /Error parsing JSON from metadata file/,
  ],
  [
    'the secrets are no list',
    () => copyWith('actions/auth-redirect.json', (text) => text.replace(/"secrets": \[[^\]]*\]/, '"secrets": "none"')),
    /secrets should be array/,
  ],
  [
    'the action supports no trigger',
    () => copyWith('actions/auth-redirect.json', swap('"supported_triggers"', '"triggers"')),
    /should have required property 'supported_triggers'/,
  ],
  [
    'the trigger is unknown',
    () => copyWith('triggers/triggers.json', swap('post-login', 'post-logout')),
    /no such trigger: post-logout/,
  ],
  [
    'another trigger than the action supports is bound',
    () => copyWith('triggers/triggers.json', swap('post-login', 'credentials-exchange')),
    /no action auth-redirect for credentials-exchange/,
  ],
  [
    'a missing action is bound',
    () => copyWith('triggers/triggers.json', swap('"auth-redirect"', '"auth-redirected"')),
    /no action auth-redirected for post-login/,
  ],
];

describe('the folder that a0deploy imports', () => {
  let results: Loaded[];

  beforeAll(() => {
    const inputs = [layout, ...broken.map(([, folder]) => folder()), withSettings()];
    const configs = inputs.map((folder) => ({
      ...example,
      AUTH0_INPUT_FILE: folder,
      AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings,
    }));
    const output = execFileSync(process.execPath, ['-e', loader, JSON.stringify(configs)], { cwd: __dirname });
    results = JSON.parse(output.toString()) as Loaded[];
  }, 60_000);

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('is loaded and found valid', () => {
    const action = results[0]?.assets?.actions[0];

    expect(results[0]?.error).toBeUndefined();
    expect(results[0]?.assets?.actions).toHaveLength(1);
    expect(action).toMatchObject({ name: 'auth-redirect', runtime: 'node22', deployed: true });
    expect(action?.code).toBe(readFileSync(join(layout, 'actions/auth-redirect/code.js'), 'utf8'));
  });

  it('binds the action to the post-login flow', () => {
    expect(results[0]?.assets?.triggers).toStrictEqual({
      'post-login': [{ action_name: 'auth-redirect', display_name: 'auth-redirect' }],
    });
  });

  it('reads every secret from the mappings, with any characters', () => {
    expect(results[0]?.assets?.actions[0]?.secrets).toStrictEqual([
      { name: 'SESSION_SECRET', value: mappings.AUTH_REDIRECT_SESSION_SECRET },
      { name: 'REDIRECT_URL', value: 'https://steps.example.com/redirect' },
    ]);
  });

  it('reads added settings of steps from the mappings, too', () => {
    const secrets = results.at(-1)?.assets?.actions[0]?.secrets;

    expect(secrets).toHaveLength(4);
    expect(secrets?.slice(2)).toStrictEqual([
      { name: 'TERMS_VERSION', value: '2026-11' },
      { name: 'PROFILE_FIELDS', value: 'given_name,phone' },
    ]);
  });

  it('has a configuration that deletes nothing and holds no secret', () => {
    expect(example).toMatchObject({ AUTH0_INCLUDED_ONLY: ['actions', 'triggers'], AUTH0_ALLOW_DELETE: false });
    expect(Object.keys(example).filter((key) => key.includes('SECRET'))).toStrictEqual([]);
  });

  it.each(broken.map(([what, , error], index) => [what, index + 1, error] as const))(
    'is refused where %s',
    (_what, index, error) => {
      expect(results[index]?.error).toMatch(error);
    },
  );
});
