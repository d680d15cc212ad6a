import { SandboxError } from '../../sandbox-errors.js';
import type { UserDefinition } from '../../definition/tenant-definition.js';
import { suggestion } from '../../suggestion.js';
import type { ReadDocument } from '../yaml-document.js';
import type { TenantFile } from './tenant-file.js';

const LISTS = ['roles', 'groups', 'organizations'] as const;
type ReferenceList = (typeof LISTS)[number] | 'connections';

/** Fails if a user names a connection, role, group or organization that is not in the file's list of them. */
export function checkReferences(tenant: TenantFile, document: ReadDocument): void {
  for (const [index, user] of (tenant.users ?? []).entries()) checkUser(user, index, tenant, document);
}

function checkUser(user: UserDefinition, userIndex: number, tenant: TenantFile, document: ReadDocument): void {
  if (user.connection !== undefined) {
    assertDefined(user.connection, tenant, 'connections', document.placeOf(['users', userIndex, 'connection']));
  }
  for (const list of LISTS) {
    for (const [index, name] of (user[list] ?? []).entries()) {
      assertDefined(name, tenant, list, document.placeOf(['users', userIndex, list, index]));
    }
  }
}

function assertDefined(name: string, tenant: TenantFile, list: ReferenceList, place: string): void {
  const names = tenant[list]?.map((item) => item.name);
  if (!names || names.includes(name)) return;
  const message = `${place}"${name}" is not among the ${list} of this file.${suggestion(name, names)}`;
  throw new SandboxError('tenant_invalid', message);
}
