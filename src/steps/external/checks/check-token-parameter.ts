import type { FormValues } from '../../../auth-redirect/steps/step-form.js';
import { ReturnRefusal } from '../return-refusal.js';

/** Exactly one: with two of them, whoever looks at the address along the way may look at the other one. */
export function checkTokenParameter(query: FormValues, name: string): string {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (value === undefined || value === '') throw new ReturnRefusal('token_missing');
  if (typeof value !== 'string') throw new ReturnRefusal('token_repeated');
  return value;
}
