import { join } from 'node:path';
import { isRecord } from '../../json.js';
import { namesIn, type TenantFiles } from '../tenant-files.js';
import { readDocument } from '../yaml-document.js';
import type { Keywords } from './keywords.js';

export interface DeployAsset {
  readonly value: Readonly<Record<string, unknown>>;
  readonly place: string;
}

/** The keys of the lists in the YAML format. */
const ASSET_LISTS = [
  'actions',
  'actionModules',
  'clients',
  'connections',
  'databases',
  'guardianFactors',
  'organizations',
  'roles',
  'tokenExchangeProfiles',
] as const;

export type AssetList = (typeof ASSET_LISTS)[number];

/** The content of both formats. */
export interface DeployAssets extends Readonly<Record<AssetList, readonly DeployAsset[]>> {
  readonly tenant: Readonly<Record<string, unknown>>;
  readonly triggers: Readonly<Record<string, unknown>>;
}

/** The folders of the lists in the directory format. */
const FOLDERS: Readonly<Record<AssetList, string>> = {
  actions: 'actions',
  actionModules: 'action-modules',
  clients: 'clients',
  connections: 'connections',
  databases: 'database-connections',
  guardianFactors: 'guardian/factors',
  organizations: 'organizations',
  roles: 'roles',
  tokenExchangeProfiles: 'token-exchange-profiles',
};

/** Detects the directory format. */
export async function isDeployFolder(folder: string): Promise<boolean> {
  for (const name of [...Object.values(FOLDERS), 'triggers']) {
    const inner = await namesIn(join(folder, name));
    if (inner.some((file) => file.endsWith('.json')) || (name === FOLDERS.databases && inner.length > 0)) return true;
  }
  return false;
}

/** The directory format has one JSON file per resource. */
export async function readDeployFolder(folder: string, files: TenantFiles, keywords: Keywords): Promise<DeployAssets> {
  const read = async (file: string): Promise<DeployAsset[]> => {
    const text = await files.textIfPresent(file);
    if (text === undefined) return [];
    const { value, placeOf } = readDocument(keywords.replace(text), file);
    return isRecord(value) ? [{ value, place: placeOf([]) }] : [];
  };
  const readAll = async (list: AssetList): Promise<DeployAsset[]> => {
    const inner = join(folder, FOLDERS[list]);
    const names = await namesIn(inner);
    const paths = list === 'databases' ? names.map((name) => join(name, 'database.json')) : names.filter(isJson);
    const assets: DeployAsset[] = [];
    for (const path of paths) assets.push(...(await read(join(inner, path))));
    return assets;
  };
  const [tenant] = await read(join(folder, 'tenant.json'));
  const [triggers] = await read(join(folder, 'triggers', 'triggers.json'));
  return {
    tenant: tenant?.value ?? {},
    triggers: triggers?.value ?? {},
    ...{ actions: await readAll('actions'), actionModules: await readAll('actionModules') },
    ...{ clients: await readAll('clients'), connections: await readAll('connections') },
    ...{ databases: await readAll('databases'), guardianFactors: await readAll('guardianFactors') },
    ...{ organizations: await readAll('organizations'), roles: await readAll('roles') },
    tokenExchangeProfiles: await readAll('tokenExchangeProfiles'),
  };
}

/** Distinguishes the YAML format from a tenant file of the sandbox. */
export function isDeployYaml(text: string): boolean {
  return /^(?:tenant|triggers|actionModules|databases|guardianFactors|clientGrants|resourceServers):|^actions:\s*(?:#.*)?\n\s*-/m.test(
    text,
  );
}

/** The YAML format has everything except the code in one file. */
export function readDeployYaml(file: string, text: string, keywords: Keywords): DeployAssets {
  const { value, placeOf } = readDocument(keywords.replace(text), file);
  const top = isRecord(value) ? value : {};
  const list = (name: AssetList): DeployAsset[] => {
    const items: unknown = top[name];
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) =>
      isRecord(item) ? [{ value: item, place: placeOf([name, index]) }] : [],
    );
  };
  return {
    tenant: isRecord(top['tenant']) ? top['tenant'] : {},
    triggers: isRecord(top['triggers']) ? top['triggers'] : {},
    ...{ actions: list('actions'), actionModules: list('actionModules') },
    ...{ clients: list('clients'), connections: list('connections') },
    ...{ databases: list('databases'), guardianFactors: list('guardianFactors') },
    ...{ organizations: list('organizations'), roles: list('roles') },
    tokenExchangeProfiles: list('tokenExchangeProfiles'),
  };
}

function isJson(name: string): boolean {
  return name.endsWith('.json');
}
