import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The JSON Schema keywords that the schema of tenant files uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

export function readTenantSchema(): JsonSchema {
  const schema: JsonSchema = JSON.parse(readFileSync(join(__dirname, '../../../schema/tenant.schema.json'), 'utf8'));
  return schema;
}
