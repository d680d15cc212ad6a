import type { Request } from 'express';
import { isRecord, textOf, toJsonObject } from '../json.js';
import type { ManagedTenant } from './managed-tenant.js';
import type { UserDefinition } from '../definition/tenant-definition.js';
import { isEmailAddress } from '../directory/email-address.js';
import { displayOf, type SandboxUser } from '../directory/user.js';
import { metadataProblem } from '../directory/user-metadata.js';
import type { UserChanges } from '../directory/users.js';
import { bodyOf, type BodyShape } from './body.js';
import { invalidBody, ManagementError } from './management-error.js';

const CREATE = {
  ...{ connection: 'string', email: 'string', phone_number: 'string', username: 'string', password: 'string' },
  ...{ user_id: 'string', email_verified: 'boolean', phone_verified: 'boolean', verify_email: 'boolean' },
  ...{ blocked: 'boolean', name: 'string', given_name: 'string', family_name: 'string', nickname: 'string' },
  ...{ picture: 'string', app_metadata: 'object', user_metadata: 'object' },
} as const satisfies BodyShape;

const UPDATE = {
  ...{ connection: 'string', client_id: 'string', email: 'string?', phone_number: 'string?', username: 'string?' },
  ...{ password: 'string?', email_verified: 'boolean', phone_verified: 'boolean', verify_email: 'boolean' },
  ...{ verify_phone_number: 'boolean', blocked: 'boolean', name: 'string?', given_name: 'string?' },
  ...{ family_name: 'string?', nickname: 'string?', picture: 'string?' },
  ...{ app_metadata: 'object', user_metadata: 'object' },
} as const satisfies BodyShape;

/** Only the identity provider can change these. */
const LOGIN_MEMBERS = ['email', 'phone_number', 'username', 'password'];

/** Members without effect. Logins accept any password, so none is stored. */
const IGNORED = new Set([
  ...['connection', 'client_id', 'password', 'verify_email', 'verify_phone_number', 'app_metadata', 'user_metadata'],
]);

export function newUserOf(request: Request, tenant: ManagedTenant): UserDefinition {
  const body = bodyOf(request, CREATE, ['connection']);
  const connection = tenant.connections.find(textOf(body['connection']));
  if (!connection) throw new ManagementError(400, 'inexistent_connection', 'Connection does not exist.');
  const { name, strategy } = connection;
  if (!isUserStore(strategy)) {
    const what =
      'Connection does not support user creation through the API. It must either be a database or passwordless';
    throw new ManagementError(400, 'operation_not_supported', `${what} connection.`);
  }
  assertAddress(body, strategy);
  assertMetadata(body);
  const { user_id: id, email_verified: emailVerified = false, phone_verified: phoneVerified = false } = body;
  const given = Object.entries(body).filter(([key]) => key === 'connection' || !IGNORED.has(key));
  return {
    ...Object.fromEntries(given),
    ...{ connection: name, email_verified: emailVerified === true, phone_verified: phoneVerified === true },
    ...(typeof id === 'string' ? { user_id: `${strategy}|${id}` } : {}),
    ...metadataOf(body),
  };
}

export function changesOf(request: Request, user: SandboxUser, nowIso: string): UserChanges {
  const body = bodyOf(request, UPDATE);
  assertMetadata(body);
  assertLoginMembers(body, user);
  const email = body['email'];
  if (typeof email === 'string') assertEmail(email);
  const plain = Object.entries(body).filter(([key]) => !IGNORED.has(key));
  return {
    // A new address is unverified by default.
    ...(typeof email === 'string' && email.toLowerCase() !== user.email ? { email_verified: false } : {}),
    ...Object.fromEntries(plain.map(([key, value]) => [key, value === null ? withoutValue(key, user) : value])),
    ...(typeof email === 'string' ? { email: email.toLowerCase() } : {}),
    ...(typeof body['password'] === 'string' ? { last_password_reset: nowIso } : {}),
    ...metadataOf(body),
  };
}

function withoutValue(key: string, user: SandboxUser): string | undefined {
  if (key === 'name' || key === 'nickname') return displayOf(user);
  return key === 'picture' ? user.picture : undefined;
}

function assertLoginMembers(body: Record<string, unknown>, { identities: [first] }: SandboxUser): void {
  const changed = LOGIN_MEMBERS.filter((key) => body[key] !== undefined);
  if (!first || changed.length === 0 || isUserStore(first.provider)) return;
  const what = `The following user attributes cannot be updated: ${changed.join(', ')}.`;
  const why = `The connection (${first.connection}) must either be a database or passwordless connection.`;
  throw new ManagementError(400, 'operation_not_supported', `${what} ${why}`);
}

function assertAddress(body: Record<string, unknown>, strategy: string): void {
  const needed = strategy === 'sms' ? 'phone_number' : 'email';
  if (strategy === 'auth0' && body['password'] === undefined) throw missing('password');
  const hasAny = strategy === 'auth0' && (body['username'] !== undefined || body['phone_number'] !== undefined);
  if (body[needed] === undefined && !hasAny) throw missing(needed);
  if (typeof body['email'] === 'string') assertEmail(body['email']);
}

function assertEmail(email: string): void {
  if (isEmailAddress(email)) return;
  throw invalidBody(
    `Payload validation error: 'Object didn't pass validation for format email: ${email.slice(0, 254)}'.`,
  );
}

function assertMetadata(body: Record<string, unknown>): void {
  for (const kind of ['app_metadata', 'user_metadata'] as const) {
    const value = body[kind];
    const problem = isRecord(value) ? metadataProblem(kind, toJsonObject(value)) : undefined;
    if (problem !== undefined) throw invalidBody(problem);
  }
}

function metadataOf(body: Record<string, unknown>): Pick<UserChanges, 'app_metadata' | 'user_metadata'> {
  const kinds = (['app_metadata', 'user_metadata'] as const).filter((kind) => isRecord(body[kind]));
  return Object.fromEntries(kinds.map((kind) => [kind, toJsonObject(body[kind])]));
}

function missing(name: string): ManagementError {
  return invalidBody(`Payload validation error: 'Missing required property: ${name}'.`);
}

/** Auth0 stores the users of databases and passwordless connections. */
function isUserStore(strategy: string): boolean {
  return ['auth0', 'email', 'sms'].includes(strategy);
}
