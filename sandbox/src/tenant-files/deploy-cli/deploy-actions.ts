import { resolve } from 'node:path';
import { isRecord, textOf } from '../../json.js';
import type { ActionDefinition, ActionModuleDefinition } from '../../definition/tenant-definition.js';
import type { ActionBinding, FoundAction } from '../bind-actions.js';
import type { TenantFiles } from '../tenant-files.js';
import type { DeployAsset, DeployAssets } from './deploy-assets.js';
import { isPlaceholder, type Keywords } from './keywords.js';

type Modules = NonNullable<ActionDefinition['modules']>;

export class DeployActions {
  constructor(
    private readonly folder: string,
    private readonly files: TenantFiles,
    private readonly keywords: Keywords,
    private readonly notes: string[],
  ) {}

  async read(assets: DeployAssets): Promise<FoundAction[]> {
    const modules = await this.modules(assets.actionModules);
    const found: FoundAction[] = [];
    for (const asset of assets.actions) {
      const action = await this.action(asset, modules);
      if (action) found.push(action);
    }
    return found;
  }

  private async modules(assets: readonly DeployAsset[]): Promise<Modules> {
    const modules: [string, ActionModuleDefinition][] = [];
    for (const asset of assets) {
      const name = textOf(asset.value['name']);
      const code = await this.code(asset);
      if (code) modules.push([name, { ...code, ...this.secrets(asset.value) }]);
    }
    return Object.fromEntries(modules);
  }

  private async action(asset: DeployAsset, modules: Modules): Promise<FoundAction | undefined> {
    const { value } = asset;
    const name = textOf(value['name']);
    const code = await this.code(asset);
    if (!code) return undefined;
    const used = this.modulesOf(value, name, modules);
    const definition = {
      ...{ name, ...code, ...this.secrets(value) },
      dependencies: recordsIn(value['dependencies']).map(({ name: dependency, version }) => ({
        name: textOf(dependency),
        version: textOf(version) || 'latest',
      })),
      ...(Object.keys(used).length > 0 ? { modules: used } : {}),
    };
    const supportedTriggers = recordsIn(value['supported_triggers']).map(({ id }) => textOf(id));
    return { reference: name, definition, supportedTriggers, isDeployed: value['deployed'] !== false };
  }

  /** Returns the code only if it differs from the file. Otherwise the file is read when the Action runs. */
  private async code({ value, place }: DeployAsset): Promise<{ file: string; code?: string } | undefined> {
    const path = textOf(value['code']);
    if (path === '' || textOf(value['name']) === '') {
      this.notes.push(`${place}could not be read: it has no "name" or no path of "code".`);
      return undefined;
    }
    const file = await this.fileAt(path.replaceAll('\\', '/'));
    const text = await this.files.code(file, place);
    const code = this.keywords.replaceInCode(text);
    const [missing] = /##[A-Z][A-Z0-9_]+##|@@[A-Z][A-Z0-9_]+@@/.exec(code) ?? [];
    if (missing) this.notes.push(`${file}: the keyword ${missing} has no value.`);
    return code === text ? { file } : { file, code };
  }

  /** Older exports begin the path with the export's folder: `./export/actions/NAME/code.js`. */
  private async fileAt(path: string): Promise<string> {
    const file = resolve(this.folder, path);
    const inFolder = resolve(this.folder, path.replace(/^.*?(?=actions\/|action-modules\/)/, ''));
    return !(await this.files.exists(file)) && (await this.files.exists(inFolder)) ? inFolder : file;
  }

  /** An export contains no values of secrets. The checks of an Action report missing values. */
  private secrets(value: DeployAsset['value']): { secrets: Record<string, string>; secretNames: string[] } {
    const pairs = recordsIn(value['secrets']).map(({ name, value: text }) => [textOf(name), textOf(text)] as const);
    const known = pairs.filter(([, text]) => !isPlaceholder(text));
    return { secrets: Object.fromEntries(known), secretNames: pairs.map(([name]) => name) };
  }

  private modulesOf(value: DeployAsset['value'], action: string, modules: Modules): Modules {
    const names = recordsIn(value['modules']).map(({ module_name: name }) => textOf(name));
    const missing = names.filter((name) => !modules[name]);
    this.notes.push(...missing.map((name) => `The Action "${action}" uses the module "${name}", which is missing.`));
    return Object.fromEntries(Object.entries(modules).filter(([name]) => names.includes(name)));
  }
}

/** `triggers.json`, or the key `triggers`, contains the bindings. */
export function bindingsOf({ tokenExchangeProfiles, triggers }: DeployAssets): ActionBinding[] {
  const profiles = tokenExchangeProfiles.map(({ value }) => textOf(value['action'])).filter(Boolean);
  return [
    ...Object.entries(triggers).flatMap(([trigger, bound]) =>
      recordsIn(bound).map(({ action_name: name }) => ({ trigger, reference: textOf(name) })),
    ),
    ...profiles.map((reference) => ({ trigger: 'custom-token-exchange', reference })),
  ];
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
