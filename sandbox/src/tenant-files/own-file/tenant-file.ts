import type { JsonObject } from '../../json.js';
import type { ActionDefinition, TenantDefinition, TriggerName } from '../../definition/tenant-definition.js';

/** Matches `schema/tenant.schema.json`. */
export interface TenantFile extends Omit<TenantDefinition, 'actions'> {
  readonly $schema?: string;
  readonly actions?: Readonly<Partial<Record<TriggerName, readonly (string | FileAction)[]>>>;
}

export interface FileSecrets {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly secrets_file?: string;
}

export interface FileAction extends FileSecrets {
  readonly file: string;
  readonly name?: string;
  readonly configuration?: JsonObject;
  readonly subject_token_type?: string;
  readonly dependencies?: NonNullable<ActionDefinition['dependencies']>;
  readonly modules?: Readonly<Record<string, string | FileModule>>;
}

export interface FileModule extends FileSecrets {
  readonly file: string;
}
