import type { JsonObject } from '../json.js';

/** A user of Auth0's Management API, with members that only the sandbox has. */
export interface SandboxUser {
  readonly user_id: string;
  email?: string;
  email_verified?: boolean;
  username?: string;
  phone_number?: string;
  phone_verified?: boolean;
  name: string;
  given_name?: string;
  family_name?: string;
  nickname: string;
  picture: string;
  blocked?: boolean;
  readonly created_at: string;
  updated_at: string;
  last_login?: string;
  last_ip?: string;
  last_password_reset?: string;
  logins_count: number;
  app_metadata: JsonObject;
  user_metadata: JsonObject;
  /** The first identity is primary and determines the `user_id`. */
  identities: UserIdentity[];
  /** Connection of the latest login. */
  connection: string;
  roles: string[];
  groups: string[];
  /** Names of organizations. */
  organizations: string[];
  /** `otp`, `phone`, `email`, `push-notification`, `webauthn-roaming`, `webauthn-platform` or `recovery-code`. */
  enrolled_factors: string[];
}

export interface UserIdentity {
  readonly connection: string;
  readonly provider: string;
  readonly user_id: string;
  readonly isSocial: boolean;
  /** The profile of a linked account. */
  readonly profileData?: JsonObject;
}

/** Returns the email address, or the next best identifier. */
export function displayOf({ email, phone_number: phone, username, user_id: id }: SandboxUser): string {
  return email ?? phone ?? username ?? id;
}

/** Returns the identity of the latest login. */
export function currentIdentity(user: SandboxUser): UserIdentity | undefined {
  return user.identities.find(({ connection }) => connection === user.connection) ?? user.identities[0];
}
