import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.js';
import type { OrganizationDefinition } from './tenant-definition.js';
import type { SandboxUser } from './user.js';

/** An organization with everything that its definition left out: what `event.organization` holds. */
export type Organization = Required<OrganizationDefinition>;

/** The tenant's organizations. */
export class Organizations {
  private readonly all: readonly Organization[];

  constructor(definitions: readonly OrganizationDefinition[] = []) {
    this.all = definitions.map(completed);
  }

  /** Returns all organizations, in the order of the tenant file. */
  list(): readonly Organization[] {
    return this.all;
  }

  /** Returns the organization of an id or a name. */
  find(idOrName: unknown): Organization | undefined {
    return this.all.find(({ id, name }) => id === idOrName || name === idOrName);
  }
}

/** True for a member of the organization. */
export function isMember({ organizations }: SandboxUser, { id, name }: Organization): boolean {
  return organizations.includes(name) || organizations.includes(id);
}

/** Returns what tokens say about the organization (Auth0: Work with Tokens and Organizations). */
export function organizationClaims(organization: Organization | undefined): JsonObject {
  return organization ? { org_id: organization.id, org_name: organization.name } : {};
}

function completed({ id, name, display_name: display = name, metadata = {} }: OrganizationDefinition): Organization {
  const made = `org_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return { id: id ?? made, name, display_name: display, metadata };
}
