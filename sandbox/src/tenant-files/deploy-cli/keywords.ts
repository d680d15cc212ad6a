import { dirname, join } from 'node:path';
import { isRecord, parseJson } from '../../json.js';
import { SandboxError } from '../../sandbox-errors.js';
import type { TenantFiles } from '../tenant-files.js';

/** A placeholder without a value, or the text that an export writes instead of a secret. */
const PLACEHOLDER = /@@[\w-]+@@|##[\w-]+##|^_VALUE_NOT_SHOWN_$|^\*+$/;

export function isPlaceholder(text: string): boolean {
  return text === '' || PLACEHOLDER.test(text);
}

/** Replaces `##KEY##` by a text and `@@KEY@@` by JSON, as auth0-deploy-cli does. */
export class Keywords {
  constructor(private readonly mappings: Readonly<Record<string, unknown>>) {}

  /** Keeps keywords without a value. `@@KEY@@` stays in quotes, so that JSON and YAML remain valid. */
  replace(text: string): string {
    return this.replaceTexts(
      text.replace(/(["']?)@@([\w-]+)@@\1/g, (_match, _quote, key: string) => {
        const value = this.valueOf(key);
        return JSON.stringify(value === undefined ? `@@${key}@@` : value);
      }),
    );
  }

  /** Does not quote keywords without a value. */
  replaceInCode(text: string): string {
    const replaced = text.replace(/(["']?)@@([\w-]+)@@\1/g, (match, _quote, key: string) => {
      const value = this.valueOf(key);
      return value === undefined ? match : JSON.stringify(value);
    });
    return this.replaceTexts(replaced);
  }

  private replaceTexts(text: string): string {
    return text.replace(/##([\w-]+)##/g, (match, key: string) => {
      const value = this.valueOf(key);
      if (value === undefined) return match;
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
  }

  private valueOf(key: string): unknown {
    return Object.hasOwn(this.mappings, key) ? this.mappings[key] : undefined;
  }
}

/**
 * Reads `AUTH0_KEYWORD_REPLACE_MAPPINGS` of `config.json` in the folder or its parent. As in `a0deploy import`, the
 * environment takes precedence.
 */
export async function readKeywords(
  folder: string,
  files: TenantFiles,
  environment: NodeJS.ProcessEnv,
): Promise<Keywords> {
  for (const file of [join(folder, 'config.json'), join(dirname(folder), 'config.json')]) {
    const text = await files.textIfPresent(file);
    const mappings = text === undefined ? undefined : mappingsIn(text, file);
    if (mappings) return new Keywords({ ...mappings, ...environment });
  }
  return new Keywords(environment);
}

function mappingsIn(text: string, file: string): Record<string, unknown> | undefined {
  try {
    const config = parseJson(text);
    const mappings = isRecord(config) ? config['AUTH0_KEYWORD_REPLACE_MAPPINGS'] : undefined;
    return isRecord(mappings) ? mappings : undefined;
  } catch {
    // The parser's message quotes the text, which may contain a client secret.
    throw new SandboxError('tenant_malformed', `${file} is not valid JSON.`);
  }
}
