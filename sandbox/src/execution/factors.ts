import { isJsonObject, textOf, type Json } from '../json.js';

/** The types of factors that Auth0 documents for `challengeWith` and `enrollWith`. */
export const FACTORS = [
  ...['otp', 'phone', 'email', 'push-notification', 'webauthn-roaming', 'webauthn-platform', 'recovery-code'],
];

/** Names that Auth0's documentation uses for the same factor. */
const ALIASES: Readonly<Record<string, string>> = { push: 'push-notification', sms: 'phone', voice: 'phone' };

function factorNamed(type: string): string {
  return ALIASES[type] ?? type;
}

/** Returns a message if Auth0 documents no such factor, or undefined. */
export function factorProblem(type: string): string | undefined {
  if (FACTORS.includes(factorNamed(type))) return undefined;
  return `Auth0 documents no factor "${type}". Factors are ${FACTORS.join(', ')}.`;
}

/** Returns the types of `{ type }` objects, each once. */
export function factorTypes(factors: readonly (Json | undefined)[]): string[] {
  const types = factors.map((factor) => (isJsonObject(factor) ? factorNamed(textOf(factor['type'])) : ''));
  return [...new Set(types)].filter(Boolean);
}
