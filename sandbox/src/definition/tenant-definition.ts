import type { JsonObject } from '../json.js';

/** Auth0's names of the triggers that the sandbox supports. */
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

/** A moment at which Auth0 runs Actions. */
export type TriggerName = (typeof TRIGGERS)[number];

/** An Action that is bound to a trigger. */
export interface ActionDefinition {
  /** As the dashboard shows it. Default: from the file's name or folder. */
  readonly name: string;
  /** Absolute path of its code; packages are resolved from there. */
  readonly file: string;
  /** The code, if it differs from `file`: keywords were replaced, or it is part of a Terraform file. */
  readonly code?: string;
  /** `event.secrets` of this Action. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The names of all secrets that it is deployed with. Some may have no value in `secrets`. */
  readonly secretNames?: readonly string[];
  /** `event.configuration` of this Action. */
  readonly configuration?: JsonObject;
  /** Only for custom-token-exchange: the subject token type of its profile. Default: all types without another Action. */
  readonly subjectTokenType?: string;
  /** The npm packages that it declares, for messages about missing ones. */
  readonly dependencies?: readonly { readonly name: string; readonly version: string }[];
  /** The modules for `require('actions:NAME')`, by NAME. Paths are absolute. */
  readonly modules?: Readonly<Record<string, ActionModuleDefinition>>;
}

/** Code that several Actions share (Auth0: Actions Modules). */
export interface ActionModuleDefinition {
  readonly file: string;
  /** As in {@link ActionDefinition}. */
  readonly code?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** As in {@link ActionDefinition}. */
  readonly secretNames?: readonly string[];
}

/** A user as the Management API accepts one. Missing members are made up. */
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
  /** Name of a connection. Default: the tenant's first. */
  readonly connection?: string;
  readonly app_metadata?: JsonObject;
  readonly user_metadata?: JsonObject;
  readonly identities?: readonly IdentityDefinition[];
  /** Names of roles. */
  readonly roles?: readonly string[];
  /** Names of groups. */
  readonly groups?: readonly string[];
  /** Names of organizations that the user is a member of. */
  readonly organizations?: readonly string[];
  /** Factors for multifactor authentication, such as `otp` or `phone`. */
  readonly enrolled_factors?: readonly string[];
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly last_password_reset?: string;
  readonly logins_count?: number;
}

/** One identity of a user. */
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

/** A connection that users log in with. */
export interface ConnectionDefinition {
  readonly id?: string;
  readonly name: string;
  /** `auth0`, `google-oauth2`, `samlp`, … */
  readonly strategy: string;
  readonly metadata?: JsonObject;
}

/** An organization; `organization=` names it by id or name. */
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

/** A tenant as a file describes it. Missing members have defaults. */
export interface TenantDefinition {
  /** `event.tenant.id`. Default: the first label of the tenant's hostname. */
  readonly name?: string;
  /** The enabled languages, the default first. */
  readonly languages?: readonly string[];
  readonly users?: readonly UserDefinition[];
  readonly clients?: readonly ClientDefinition[];
  readonly connections?: readonly ConnectionDefinition[];
  readonly organizations?: readonly OrganizationDefinition[];
  readonly roles?: readonly NamedDefinition[];
  readonly groups?: readonly NamedDefinition[];
  /** The factors that the tenant has enabled. Default: all. */
  readonly factors?: readonly string[];
  /** `event.request.geoip`, with Auth0's names: `countryCode`, `cityName`, … */
  readonly geoip?: JsonObject;
  /** The Actions of each trigger, in their order. */
  readonly actions?: Readonly<Partial<Record<TriggerName, readonly ActionDefinition[]>>>;
}
