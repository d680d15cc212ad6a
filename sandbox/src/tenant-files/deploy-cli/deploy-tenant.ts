import { isJsonObject, textOf, toJson, type JsonObject } from '../../json.js';
import type {
  ClientDefinition,
  ConnectionDefinition,
  NamedDefinition,
  OrganizationDefinition,
  TenantDefinition,
} from '../../definition/tenant-definition.js';
import { bindActions, type FoundAction } from '../bind-actions.js';
import type { TenantFiles } from '../tenant-files.js';
import { bindingsOf, DeployActions } from './deploy-actions.js';
import type { DeployAsset, DeployAssets } from './deploy-assets.js';
import { isPlaceholder, type Keywords } from './keywords.js';

type Value = DeployAsset['value'];

export async function deployTenant(
  assets: DeployAssets,
  folder: string,
  { files, keywords, notes }: { files: TenantFiles; keywords: Keywords; notes: string[] },
): Promise<TenantDefinition> {
  const read = await new DeployActions(folder, files, keywords, notes).read(assets);
  const found = read.map((action) => withProfile(action, assets.tokenExchangeProfiles));
  const languages = textsIn(assets.tenant['enabled_locales']);
  const connections = [...assets.databases, ...assets.connections].map(connectionOf);
  const factors = assets.guardianFactors.filter(({ value }) => value['enabled'] === true).map(factorOf);
  return {
    ...(languages.length > 0 ? { languages } : {}),
    ...(connections.length > 0 ? { connections } : {}),
    ...(assets.guardianFactors.length > 0 ? { factors } : {}),
    ...(assets.clients.length > 0 ? { clients: clientsOf(assets.clients, notes) } : {}),
    ...(assets.organizations.length > 0 ? { organizations: assets.organizations.map(organizationOf) } : {}),
    ...(assets.roles.length > 0 ? { roles: assets.roles.map(roleOf) } : {}),
    actions: bindActions(found, bindingsOf(assets), notes),
  };
}

/** A profile, not a trigger, binds an Action of custom-token-exchange. */
function withProfile(action: FoundAction, profiles: readonly DeployAsset[]): FoundAction {
  const profile = profiles.find(({ value }) => value['action'] === action.reference);
  const subjectTokenType = textOf(profile?.value['subject_token_type']);
  return subjectTokenType === '' ? action : { ...action, definition: { ...action.definition, subjectTokenType } };
}

function clientsOf(assets: readonly DeployAsset[], notes: string[]): ClientDefinition[] {
  const values = assets.map(({ value }) => value).filter((value) => value['global'] !== true);
  const unnamed = values.filter((value) => textOf(value['client_id']) === '').map(clientOf);
  if (unnamed.length > 0) {
    const list = unnamed.map(({ name, client_id: id }) => `${id} ("${name}")`).join(', ');
    notes.push(`These clients have no client_id. The sandbox derives it from the name: ${list}.`);
  }
  return values.map(clientOf);
}

function clientOf(value: Value): ClientDefinition {
  const name = textOf(value['name']);
  const secret = textOf(value['client_secret']);
  const callbacks = textsIn(value['callbacks']);
  const grantTypes = textsIn(value['grant_types']);
  const metadata = objectIn(value['client_metadata']);
  return {
    client_id:
      textOf(value['client_id']) ||
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    name,
    ...(isPlaceholder(secret) ? {} : { client_secret: secret }),
    ...(callbacks.length > 0 ? { callbacks } : {}),
    ...(grantTypes.length > 0 ? { grant_types: grantTypes } : {}),
    ...(metadata ? { client_metadata: metadata } : {}),
  };
}

/** Databases may lack the strategy, which is always `auth0`. */
function connectionOf({ value }: DeployAsset): ConnectionDefinition {
  const metadata = objectIn(value['metadata']);
  const strategy = textOf(value['strategy']) || 'auth0';
  return { ...idOf(value), name: textOf(value['name']), strategy, ...(metadata ? { metadata } : {}) };
}

function organizationOf({ value }: DeployAsset): OrganizationDefinition {
  const displayName = textOf(value['display_name']);
  const metadata = objectIn(value['metadata']);
  return {
    ...idOf(value),
    name: textOf(value['name']),
    ...(displayName ? { display_name: displayName } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function roleOf({ value }: DeployAsset): NamedDefinition {
  const description = textOf(value['description']);
  return { ...idOf(value), name: textOf(value['name']), ...(description ? { description } : {}) };
}

/** The Management API's factor `sms` is `phone` in Actions. */
function factorOf({ value }: DeployAsset): string {
  const name = textOf(value['name']);
  return name === 'sms' ? 'phone' : name;
}

function idOf(value: Value): { id?: string } {
  const id = textOf(value['id']);
  return id ? { id } : {};
}

function objectIn(value: unknown): JsonObject | undefined {
  const copy = toJson(value);
  return isJsonObject(copy) ? copy : undefined;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
