import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

const SECRET_VARIABLES = ['AUTH0_SESSION_SECRET', 'AUTH0_SESSION_SECRET_PREVIOUS'] as const;
type SecretVariable = (typeof SECRET_VARIABLES)[number];

interface SecretFiles {
  readonly secrets: Partial<Record<SecretVariable, string>>;
  readonly problems: readonly { readonly variable: SecretVariable; readonly problem: string }[];
}

/**
 * Secrets that are mounted as files: `AUTH0_SESSION_SECRET_FILE` names the file that holds `AUTH0_SESSION_SECRET`. One line
 * break at its end, which editors and `echo` leave, is not part of the secret.
 */
export function readSecretFiles(variables: Record<string, unknown>): SecretFiles {
  const secrets: Partial<Record<SecretVariable, string>> = {};
  const problems: { variable: SecretVariable; problem: string }[] = [];
  for (const variable of SECRET_VARIABLES) {
    const path = variables[`${variable}_FILE`];
    if (typeof path !== 'string') continue;
    if (variables[variable] !== undefined) {
      problems.push({ variable, problem: `${variable} and ${variable}_FILE are both set: keep one of them` });
      continue;
    }
    try {
      const content = readFileSync(path);
      if (isUtf8(content)) secrets[variable] = content.toString('utf8').replace(/\r?\n$/, '');
      else
        problems.push({ variable, problem: `${variable}_FILE is not UTF-8 text: a secret is used as its UTF-8 bytes` });
    } catch (error) {
      problems.push({ variable, problem: `${variable}_FILE names a file that cannot be read (${codeOf(error)})` });
    }
  }
  return { secrets, problems };
}

/** The system's word for it, like ENOENT. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}
