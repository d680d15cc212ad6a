import type { JsonObject } from '../json.js';

/** Auth0's names for the triggers that the sandbox supports. */
export const TRIGGERS = [
  'post-login',
  'credentials-exchange',
  'custom-token-exchange',
  'pre-user-registration',
  'post-user-registration',
  'post-change-password',
  'send-phone-message',
  'password-reset-post-challenge',
] as const;

/** An event for which Auth0 runs Actions. */
export type TriggerName = (typeof TRIGGERS)[number];

/** An Action bound to a trigger. */
export interface ActionDefinition {
  /** Name in the dashboard. Default: from the file's name or folder. */
  readonly name: string;
  /** Absolute path. Packages are resolved from there. */
  readonly file: string;
  /** The code, if it differs from `file`: replaced keywords, or part of a Terraform file. */
  readonly code?: string;
  /** `event.secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Names of all deployed secrets. Some may have no value in `secrets`. */
  readonly secretNames?: readonly string[];
  /** `event.configuration`. */
  readonly configuration?: JsonObject;
  /** Subject token type of its profile, for custom-token-exchange. Default: all types without another Action. */
  readonly subjectTokenType?: string;
  /** Declared npm packages, for messages about missing packages. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
  /** Modules with absolute paths, keyed by the NAME in `require('actions:NAME')`. */
  readonly modules?: Readonly<Record<string, ActionModuleDefinition>>;
}

/** Code that Actions share (Auth0: Actions Modules). */
export interface ActionModuleDefinition {
  readonly file: string;
  /** As in {@link ActionDefinition}. */
  readonly code?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** As in {@link ActionDefinition}. */
  readonly secretNames?: readonly string[];
}

/** A user in the format of the Management API. The sandbox generates missing members. */
export interface UserDefinition {
  readonly user_id?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly username?: string;
  readonly phone_number?: string;
  readonly phone_verified?: boolean;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly nickname?: string;
  readonly picture?: string;
  readonly blocked?: boolean;
  /** Name of a connection. Default: the first. */
  readonly connection?: string;
  readonly app_metadata?: JsonObject;
  readonly user_metadata?: JsonObject;
  readonly identities?: readonly IdentityDefinition[];
  /** Names of roles. */
  readonly roles?: readonly string[];
  /** Names of groups. */
  readonly groups?: readonly string[];
  /** Names of the user's organizations. */
  readonly organizations?: readonly string[];
  /** Factors such as `otp` or `phone`. */
  readonly enrolled_factors?: readonly string[];
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly last_password_reset?: string;
  readonly logins_count?: number;
}

/** An identity of a user. */
export interface IdentityDefinition {
  readonly provider: string;
  readonly user_id: string;
  readonly connection: string;
  readonly isSocial?: boolean;
  readonly profileData?: JsonObject;
}

/** An application. */
export interface ClientDefinition {
  readonly client_id: string;
  /** Absent for a public app. */
  readonly client_secret?: string;
  readonly name?: string;
  readonly callbacks?: readonly string[];
  /** `event.client.metadata`. */
  readonly client_metadata?: JsonObject;
  readonly grant_types?: readonly string[];
}

/** A connection for logins. */
export interface ConnectionDefinition {
  readonly id?: string;
  readonly name: string;
  /** `auth0`, `google-oauth2`, `samlp`, … */
  readonly strategy: string;
  readonly metadata?: JsonObject;
}

/** An organization. `organization=` accepts its id or name. */
export interface OrganizationDefinition {
  readonly id?: string;
  readonly name: string;
  readonly display_name?: string;
  readonly metadata?: JsonObject;
}

/** A role or a group. */
export interface NamedDefinition {
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
}

/** The definition of a tenant. */
export interface TenantDefinition {
  /** `event.tenant.id`. Default: the hostname's first label. */
  readonly name?: string;
  /** Enabled languages, the default first. */
  readonly languages?: readonly string[];
  readonly users?: readonly UserDefinition[];
  readonly clients?: readonly ClientDefinition[];
  readonly connections?: readonly ConnectionDefinition[];
  readonly organizations?: readonly OrganizationDefinition[];
  readonly roles?: readonly NamedDefinition[];
  readonly groups?: readonly NamedDefinition[];
  /** Enabled factors. Default: all. */
  readonly factors?: readonly string[];
  /** `event.request.geoip`, with Auth0's names: `countryCode`, … */
  readonly geoip?: JsonObject;
  /** Actions of each trigger, in order. */
  readonly actions?: Readonly<Partial<Record<TriggerName, readonly ActionDefinition[]>>>;
}
