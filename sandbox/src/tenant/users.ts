import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { JsonObject } from '../json.js';

/** A made-up user. Whoever logs in with an e-mail address gets the same one again, with the metadata Actions stored. */
export interface SandboxUser {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly nickname: string;
  readonly picture: string;
  readonly createdAt: string;
  readonly connection: string;
  updatedAt: string;
  lastLogin: string;
  loginsCount: number;
  appMetadata: JsonObject;
  userMetadata: JsonObject;
}

/** Everybody who has logged in since the sandbox started. */
export class UserDirectory {
  private readonly users = new Map<string, SandboxUser>();

  constructor(private readonly now: Clock) {}

  /** The user of an e-mail address, made up on first sight. */
  logIn(email: string, connection: string): SandboxUser {
    const user = this.ofEmail(email.trim().toLowerCase(), connection);
    this.users.set(user.userId, user);
    return user;
  }

  /** The user of an id, as it stands in the `sub` claim. */
  find(userId: string): SandboxUser | undefined {
    return this.users.get(userId);
  }

  /** Counts one more login of a user. */
  countLogin(user: SandboxUser): void {
    user.loginsCount += 1;
    user.lastLogin = this.isoNow();
  }

  /** Stores metadata an Action set; `null` removes it, as at Auth0. */
  setMetadata(user: SandboxUser, kind: 'appMetadata' | 'userMetadata', changes: JsonObject): void {
    const merged = Object.entries({ ...user[kind], ...changes }).filter(([, value]) => value !== null);
    user[kind] = Object.fromEntries(merged);
    user.updatedAt = this.isoNow();
  }

  private ofEmail(email: string, connection: string): SandboxUser {
    const userId = userIdOf(email);
    return this.users.get(userId) ?? newUser(email, userId, connection, this.isoNow());
  }

  private isoNow(): string {
    return new Date(this.now()).toISOString();
  }
}

/** `auth0|` and 24 hexadecimal digits, the same ones for the same address in every run. */
export function userIdOf(email: string): string {
  return `auth0|${createHash('sha256').update(email).digest('hex').slice(0, 24)}`;
}

function newUser(email: string, userId: string, connection: string, at: string): SandboxUser {
  const nickname = email.split('@')[0] ?? email;
  return {
    userId,
    email,
    name: displayName(nickname),
    nickname,
    picture: gravatar(email),
    createdAt: at,
    updatedAt: at,
    lastLogin: at,
    loginsCount: 0,
    connection,
    appMetadata: {},
    userMetadata: {},
  };
}

function displayName(nickname: string): string {
  const words = nickname.split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || nickname;
}

/** The kind of address Auth0 fills in for database users. The sandbox itself never fetches it. */
function gravatar(email: string): string {
  const hash = createHash('md5').update(email).digest('hex');
  return `https://s.gravatar.com/avatar/${hash}?s=480&r=pg&d=mp`;
}
