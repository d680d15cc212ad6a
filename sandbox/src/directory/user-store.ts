import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { messageOf } from '../error-message.js';
import { isRecord, parseJson } from '../json.js';
import { SandboxError } from '../sandbox-errors.js';
import type { NamedDefinition, UserDefinition } from '../definition/tenant-definition.js';

/** The members in a tenant file, and members that only logins change. */
export type StoredUser = UserDefinition & { readonly last_login?: string; readonly last_ip?: string };

export interface StoredState {
  readonly users: readonly StoredUser[];
  readonly roles: readonly NamedDefinition[];
}

const VERSION = 1;
const SIZE_LIMIT = 64_000_000;

export class UserStore {
  private pending: (() => StoredState) | undefined;
  private hasWarned = false;

  private constructor(
    private readonly file: string,
    /** The file's content at startup. */
    readonly state: StoredState,
  ) {}

  static open(file: string): UserStore {
    const store = new UserStore(file, read(file) ?? { users: [], roles: [] });
    try {
      store.write(store.state);
    } catch (error) {
      throw new SandboxError('state_file_unwritable', `The state file ${file} cannot be written.`, { cause: error });
    }
    return store;
  }

  /** Schedules a write. Further changes before the write share it. */
  save(state: () => StoredState): void {
    if (!this.pending) setImmediate(() => this.flush());
    this.pending = state;
  }

  flush(): void {
    const state = this.pending;
    this.pending = undefined;
    if (!state) return;
    try {
      this.write(state());
      this.hasWarned = false;
    } catch (error) {
      if (!this.hasWarned) console.error(`The state file ${this.file} could not be written: ${messageOf(error)}`);
      this.hasWarned = true;
    }
  }

  /** Replaces the file atomically, so that no reader sees a partial file. */
  private write({ users, roles }: StoredState): void {
    const text = `${JSON.stringify({ version: VERSION, users, roles }, undefined, 2)}\n`;
    if (text.length > SIZE_LIMIT) throw new Error(`it would have more than ${SIZE_LIMIT} bytes.`);
    const fresh = `${this.file}.${process.pid}.tmp`;
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, this.file);
  }
}

function read(file: string): StoredState | undefined {
  let text: string;
  try {
    if (statSync(file).size > SIZE_LIMIT) throw malformed(file, `has more than ${SIZE_LIMIT} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined;
    throw new SandboxError('state_file_unreadable', `The state file ${file} cannot be read.`, { cause: error });
  }
  return parse(text, file);
}

function parse(text: string, file: string): StoredState {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw malformed(file, 'is not valid JSON');
  }
  if (!isRecord(value) || value['version'] !== VERSION) throw malformed(file, `has no "version": ${VERSION}`);
  const { users, roles } = value;
  if (!isListOf(users, isStoredUser))
    throw malformed(file, `has a wrong entry${placeOf('users', users, isStoredUser)}`);
  if (!isListOf(roles, isNamed)) throw malformed(file, `has a wrong entry${placeOf('roles', roles, isNamed)}`);
  return { users, roles };
}

function isListOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isOne);
}

function placeOf(key: string, value: unknown, isOne: (item: unknown) => boolean): string {
  return Array.isArray(value)
    ? ` at ${key}[${value.findIndex((item) => !isOne(item))}]`
    : ` at ${key}: it is not a list`;
}

function isNamed(value: unknown): value is NamedDefinition {
  return isRecord(value) && typeof value['name'] === 'string';
}

function isStoredUser(value: unknown): value is StoredUser {
  if (!isRecord(value) || typeof value['user_id'] !== 'string') return false;
  const lists = ['identities', 'roles', 'groups', 'organizations', 'enrolled_factors'];
  return (
    lists.every((key) => Array.isArray(value[key])) &&
    ['app_metadata', 'user_metadata'].every((key) => isRecord(value[key]))
  );
}

function malformed(file: string, what: string): SandboxError {
  const remedy = 'Only the sandbox writes this file. To start with the users of the tenant file, delete it.';
  return new SandboxError('state_file_malformed', `The state file ${file} ${what}. ${remedy}`);
}
