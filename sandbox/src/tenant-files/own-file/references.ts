import { Connections, WELL_KNOWN_CONNECTIONS } from '../../directory/connections.js';
import { callbackProblem } from '../../directory/clients.js';
import { UserError } from '../../directory/user-error.js';
import { UserDirectory } from '../../directory/users.js';
import { FACTORS } from '../../execution/factors.js';
import { SandboxError } from '../../sandbox-errors.js';
import type { UserDefinition } from '../../definition/tenant-definition.js';
import { suggestion } from '../../suggestion.js';
import type { Path, ReadDocument } from '../yaml-document.js';
import type { TenantFile } from './tenant-file.js';

const LISTS = ['roles', 'groups', 'organizations'] as const;

/** Throws for unknown names, duplicates and wrong callbacks. */
export function checkReferences(tenant: TenantFile, document: ReadDocument): void {
  for (const [index, user] of (tenant.users ?? []).entries()) checkUser(user, index, tenant, document);
  checkClients(tenant, document);
  checkDuplicateUsers(tenant, document);
}

function checkUser(user: UserDefinition, userIndex: number, tenant: TenantFile, document: ReadDocument): void {
  const { connection, enrolled_factors: factors = [] } = user;
  const known = tenant.connections?.map(({ name }) => name) ?? [
    new Connections().first.name,
    ...WELL_KNOWN_CONNECTIONS,
  ];
  if (connection !== undefined && !known.includes(connection)) {
    throw unknown(connection, 'connections', known, document.placeOf(['users', userIndex, 'connection']));
  }
  for (const list of LISTS) {
    const names = (tenant[list] ?? []).flatMap(({ id = '', name }) => [name, id]).filter(Boolean);
    for (const [index, name] of (user[list] ?? []).entries()) {
      if (!names.includes(name)) throw unknown(name, list, names, document.placeOf(['users', userIndex, list, index]));
    }
  }
  const wrong = factors.findIndex((factor) => !ALL_FACTORS.includes(factor));
  const place: Path = ['users', userIndex, 'enrolled_factors', wrong];
  if (wrong >= 0) throw unknownFactor(factors[wrong] ?? '', document.placeOf(place));
}

const ALL_FACTORS: readonly string[] = [...FACTORS, 'duo'];

function unknown(name: string, list: string, names: readonly string[], place: string): SandboxError {
  return invalid(`${place}"${name}" is not among the ${list} of this file.${suggestion(name, names)}`);
}

function unknownFactor(name: string, place: string): SandboxError {
  const hint = suggestion(name, ALL_FACTORS) || ` Factors are ${ALL_FACTORS.join(', ')}.`;
  return invalid(`${place}"${name}" is not a factor.${hint}`);
}

/** The tenant's own directory finds duplicates. */
function checkDuplicateUsers({ connections, users = [] }: TenantFile, document: ReadDocument): void {
  const directory = new UserDirectory(Date.now, [], new Connections(connections));
  for (const [index, user] of users.entries()) {
    try {
      directory.create(user);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw invalid(`${document.placeOf(['users', index])}${error.message}`, error);
    }
  }
}

function checkClients({ clients = [] }: TenantFile, document: ReadDocument): void {
  const ids = clients.map((client) => client.client_id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (twice >= 0) {
    throw invalid(
      `${document.placeOf(['clients', twice, 'client_id'])}The client "${ids[twice]}" is in this file twice.`,
    );
  }
  for (const [client, { callbacks = [] }] of clients.entries()) {
    for (const [index, callback] of callbacks.entries()) {
      const problem = callbackProblem(callback);
      if (problem) throw invalid(`${document.placeOf(['clients', client, 'callbacks', index])}${problem}`);
    }
  }
}

function invalid(message: string, cause?: unknown): SandboxError {
  return new SandboxError('tenant_invalid', message, { cause });
}
