import { SandboxError } from '../../sandbox-errors.js';
import type { ClientDefinition, TenantDefinition } from '../../definition/tenant-definition.js';
import type { TenantFiles } from '../tenant-files.js';
import { readDocument, type Path, type ReadDocument } from '../yaml-document.js';
import { FileActions } from './file-actions.js';
import { readTenantSchema } from './json-schema.js';
import { checkReferences } from './references.js';
import { schemaFaults } from './schema-faults.js';
import type { TenantFile } from './tenant-file.js';

/** Reads YAML or JSON as in `schema/tenant.schema.json`. */
export async function readOwnFile(
  file: string,
  text: string,
  files: TenantFiles,
  environment: NodeJS.ProcessEnv,
): Promise<TenantDefinition> {
  const document = readDocument(text, file);
  const value = document.value ?? {};
  assertTenantFile(value, document);
  checkReferences(value, document);
  const reader = new FileActions(file, document, files, environment);
  const { $schema: _, actions, clients, ...rest } = value;
  return {
    ...rest,
    ...(clients ? { clients: clients.map((client, index) => withSecret(client, index, reader)) } : {}),
    ...(actions ? { actions: await reader.read(actions) } : {}),
  };
}

function withSecret(client: ClientDefinition, index: number, reader: FileActions): ClientDefinition {
  const { client_secret: secret } = client;
  if (secret === undefined) return client;
  return { ...client, client_secret: reader.fill(secret, ['clients', index, 'client_secret']) };
}

function assertTenantFile(value: unknown, document: ReadDocument): asserts value is TenantFile {
  const [fault] = schemaFaults(value, readTenantSchema());
  if (!fault) return;
  const subject = fault.path.length === 0 ? 'The file' : textOfPath(fault.path);
  throw new SandboxError('tenant_invalid', `${document.placeOf(fault.path)}${subject} ${fault.message}`);
}

/** Returns `users[0].email`, for example. */
function textOfPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
