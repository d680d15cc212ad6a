import { checkHandlers, checkResume } from './check-handlers.js';
import { checkPackages } from './check-packages.js';
import { checkSecretLengths, checkSecrets } from './check-secrets.js';
import { exportsOf } from './exported-names.js';
import type { CheckedAction, Finding, Found } from './finding.js';
import { parseSource } from './parse-source.js';
import { nodesOf } from './tree.js';

/** Auth0's limit (docs: customize/actions/limitations). */
const MAX_CODE_BYTES = 100_000;

/** Finds problems in an Action without running it, sorted by line. */
export function checkAction(source: string, action: CheckedAction): Finding[] {
  const found = [...checkSize(source), ...checkSecretLengths(action), ...checkCode(source, action)];
  return found.map((finding) => ({ ...finding, file: action.file })).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function checkSize(source: string): Found[] {
  const bytes = Buffer.byteLength(source);
  if (bytes <= MAX_CODE_BYTES) return [];
  return [{ severity: 'warning', message: `The code has ${bytes} bytes; Auth0's limit is 100 kB.` }];
}

function checkCode(source: string, action: CheckedAction): Found[] {
  const parsed = parseSource(source);
  if ('finding' in parsed) return [parsed.finding];
  const visits = nodesOf(parsed.program);
  const exported = exportsOf(visits);
  return [
    ...checkHandlers(exported, action),
    ...checkResume(visits, exported, action),
    ...checkPackages(visits, action),
    ...checkSecrets(visits, exported, action),
  ];
}
