import { dirname, resolve } from 'node:path';
import { SandboxError } from '../../sandbox-errors.js';
import { parseSecrets } from '../../secrets-file.js';
import {
  TRIGGERS,
  type ActionDefinition,
  type ActionModuleDefinition,
  type TenantDefinition,
} from '../../definition/tenant-definition.js';
import { actionNameOf } from '../../action-name.js';
import type { TenantFiles } from '../tenant-files.js';
import type { Path, ReadDocument } from '../yaml-document.js';
import { fillIn, UnsetVariable } from './environment.js';
import type { FileAction, FileModule, FileSecrets, TenantFile } from './tenant-file.js';

/** Checks that the files of Actions exist, and completes secrets. */
export class FileActions {
  constructor(
    private readonly file: string,
    private readonly document: ReadDocument,
    private readonly files: TenantFiles,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  async read(actions: NonNullable<TenantFile['actions']>): Promise<NonNullable<TenantDefinition['actions']>> {
    const read: { -readonly [Name in keyof NonNullable<TenantDefinition['actions']>]: ActionDefinition[] } = {};
    for (const trigger of TRIGGERS) {
      const listed = actions[trigger];
      if (!listed) continue;
      const bound: ActionDefinition[] = [];
      for (const [index, action] of listed.entries()) {
        bound.push(
          await this.action(typeof action === 'string' ? { file: action } : action, ['actions', trigger, index]),
        );
      }
      read[trigger] = bound;
    }
    return read;
  }

  /** Replaces `${NAME}`. */
  fill(text: string, path: Path): string {
    try {
      return fillIn(text, this.environment);
    } catch (error) {
      if (!(error instanceof UnsetVariable)) throw error;
      const message = `${this.document.placeOf(path)}${error.message}`;
      throw new SandboxError('tenant_variable_unset', message, { cause: error });
    }
  }

  private async action(action: FileAction, path: Path): Promise<ActionDefinition> {
    const file = await this.code(action, path);
    const { name = actionNameOf(file), configuration, dependencies, subject_token_type: subjectTokenType } = action;
    return {
      ...{ name, file, secrets: await this.secrets(action, path) },
      ...(configuration ? { configuration } : {}),
      ...(subjectTokenType === undefined ? {} : { subjectTokenType }),
      ...(dependencies ? { dependencies } : {}),
      ...(action.modules ? { modules: await this.modules(action.modules, [...path, 'modules']) } : {}),
    };
  }

  private async modules(
    modules: Readonly<Record<string, string | FileModule>>,
    path: Path,
  ): Promise<Record<string, ActionModuleDefinition>> {
    const read: [string, ActionModuleDefinition][] = [];
    for (const [name, value] of Object.entries(modules)) {
      const module = typeof value === 'string' ? { file: value } : value;
      const place = [...path, name];
      read.push([name, { file: await this.code(module, place), secrets: await this.secrets(module, place) }]);
    }
    return Object.fromEntries(read);
  }

  private async code({ file }: { file: string }, path: Path): Promise<string> {
    const absolute = this.absolute(file);
    await this.files.code(absolute, this.document.placeOf(path));
    return absolute;
  }

  private async secrets(
    { secrets = {}, secrets_file: file }: FileSecrets,
    path: Path,
  ): Promise<Record<string, string>> {
    const filled = Object.entries(secrets).map(([name, text]) => [name, this.fill(text, [...path, 'secrets', name])]);
    const fromFile =
      file === undefined ? {} : await this.secretsFile(file, this.document.placeOf([...path, 'secrets_file']));
    return { ...fromFile, ...Object.fromEntries(filled) };
  }

  private async secretsFile(file: string, place: string): Promise<Record<string, string>> {
    const absolute = this.absolute(file);
    const text = await this.files.textIfPresent(absolute);
    if (text !== undefined) return parseSecrets(text, absolute);
    throw new SandboxError('secrets_file_unreadable', `${place}There is no secrets file ${absolute}.`);
  }

  private absolute(file: string): string {
    return resolve(dirname(this.file), file);
  }
}
