import { isJsonObject, textOf, type Json } from '../json.js';

/** Auth0 documents these types for `challengeWith` and `enrollWith`. */
export const FACTORS = [
  ...['otp', 'phone', 'email', 'push-notification', 'webauthn-roaming', 'webauthn-platform', 'recovery-code'],
];

/** Other names for these types in Auth0's documentation. */
const ALIASES: Readonly<Record<string, string>> = { push: 'push-notification', sms: 'phone', voice: 'phone' };

function factorNamed(type: string): string {
  return ALIASES[type] ?? type;
}

export function factorProblem(type: string): string | undefined {
  if (FACTORS.includes(factorNamed(type))) return undefined;
  return `Auth0 documents no factor "${type}". Factors are ${FACTORS.join(', ')}.`;
}

/** Returns each type once. */
export function factorTypes(factors: readonly (Json | undefined)[]): string[] {
  const types = factors.map((factor) => (isJsonObject(factor) ? factorNamed(textOf(factor['type'])) : ''));
  return [...new Set(types)].filter(Boolean);
}
