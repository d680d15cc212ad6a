import type { JsonObject } from '../json.js';
import type { NamedDirectory } from './named-directory.js';
import type { OrganizationDefinition } from '../definition/tenant-definition.js';
import type { SandboxUser } from './user.js';

/** An organization with all default values, as in `event.organization`. */
export type Organization = Required<OrganizationDefinition>;

export function organizationOf(
  organizations: NamedDirectory<OrganizationDefinition>,
  idOrName: unknown,
): Organization | undefined {
  const found = typeof idOrName === 'string' ? organizations.find(idOrName) : undefined;
  return found && { display_name: found.name, metadata: {}, ...found };
}

export function isMember({ organizations }: SandboxUser, { id, name }: Organization): boolean {
  return organizations.includes(name) || organizations.includes(id);
}

/** Auth0 documents these claims in "Work with Tokens and Organizations". */
export function organizationClaims(organization: Organization | undefined): JsonObject {
  return organization ? { org_id: organization.id, org_name: organization.name } : {};
}
