import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyRing } from '../../auth-redirect/tenants/key-ring.js';
import type { KeysOptions } from '../../auth-redirect/options/tenant.options.js';
import { ok, warning, type Finding } from './finding.js';

const DAY_MS = 86_400_000;
/** A secret that is older than this many days is due for a rotation. */
const MAX_AGE_DAYS = 365;
/** A rotation takes as long as logins in flight do, not longer than this many days. */
const MAX_ROTATION_DAYS = 30;

/** Length and age of a tenant's secrets, and whether a rotation was begun and never ended. */
export function checkKeys(tenant: string, { secrets, options }: KeyRing, now: number): readonly Finding[] {
  const subject = `keys of ${tenant}`;
  const { current, previous } = secrets;
  const files = filesOf(options);
  const findings = [
    ok(
      subject,
      `current has ${Buffer.byteLength(current)} bytes${previous === undefined ? '' : ', previous is there'}`,
    ),
  ];
  if (previous === current) findings.push(warning(subject, 'previous is the same as current: leave it out'));
  const [age, rotation] = [ageInDays(files.current, now), ageInDays(files.previous, now)];
  if (age !== undefined && age > MAX_AGE_DAYS) findings.push(warning(subject, `current is ${age} days old: rotate it`));
  if (previous !== undefined && rotation !== undefined && rotation > MAX_ROTATION_DAYS) {
    findings.push(warning(subject, `previous is there for ${rotation} days: end the rotation`));
  }
  return findings;
}

function filesOf({ currentFile, previousFile, directory }: KeysOptions): {
  readonly current: string | undefined;
  readonly previous: string | undefined;
} {
  if (directory === undefined) return { current: currentFile, previous: previousFile };
  return { current: join(directory, 'current'), previous: join(directory, 'previous') };
}

function ageInDays(path: string | undefined, now: number): number | undefined {
  const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return stats && Math.floor((now - stats.mtimeMs) / DAY_MS);
}
