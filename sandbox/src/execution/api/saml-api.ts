import { toJson } from '../../json.js';
import { SAML_SETTINGS, type SamlSetting } from '../saml-settings.js';
import type { ApiMethods, CallNotes } from '../recorder.js';

/** Auth0: Actions Limitations, "SAML attributes". */
const ATTRIBUTES = { most: 100, nameBytes: 1024, valueBytes: 2048, totalBytes: 10 * 1024 };

/** The sandbox issues no SAML response, but records attributes and settings. */
export const samlApi = (): ApiMethods => {
  const attributes = new Map<string, number>();
  const setters = Object.entries(SAML_SETTINGS).map(([name, setting]) => {
    const method = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const set = ([value]: readonly unknown[], notes: CallNotes): void => checkSetting(name, setting, value, notes);
    return [`samlResponse.${method}`, set] as const;
  });
  return {
    ...Object.fromEntries(setters),
    'samlResponse.setAttribute': ([name, value], notes) => {
      if (typeof name !== 'string' || name === '') {
        throw new TypeError('setAttribute: the name must be a non-empty string.');
      }
      const bytes = bytesOf(value);
      attributes.set(name, Buffer.byteLength(name) + bytes);
      const total = [...attributes.values()].reduce((sum, size) => sum + size, 0);
      const hint = attributeProblem(Buffer.byteLength(name), bytes, attributes.size, total);
      if (hint !== undefined) notes.hint = hint;
    },
  };
};

function checkSetting(
  name: string,
  { type, values, most, items }: SamlSetting,
  value: unknown,
  notes: CallNotes,
): void {
  const actual = Array.isArray(value) ? 'array' : typeof value;
  if (actual !== type) notes.hint = `${name} should be of the type ${type}.`;
  else if (values && !values.includes(String(value))) notes.hint = `${name} must be one of ${values.join(', ')}.`;
  else if (Array.isArray(value)) notes.hint = probesProblem(value, items ?? Infinity, most ?? Infinity) ?? '';
  else if (bytesOf(value) > (most ?? Infinity)) notes.hint = `${name} is larger than Auth0's limit of ${most} bytes.`;
  if (notes.hint === '') delete notes.hint;
}

function probesProblem(probes: readonly unknown[], items: number, most: number): string | undefined {
  if (probes.length > items) return `Auth0 allows at most ${items} probes.`;
  return probes.some((probe) => bytesOf(probe) > most)
    ? `A probe is larger than Auth0's limit of ${most} bytes.`
    : undefined;
}

function attributeProblem(name: number, value: number, count: number, total: number): string | undefined {
  if (name > ATTRIBUTES.nameBytes) return `Auth0's limit for a name is ${ATTRIBUTES.nameBytes} bytes.`;
  if (value > ATTRIBUTES.valueBytes) return `Auth0's limit for a value is ${ATTRIBUTES.valueBytes} bytes.`;
  if (count > ATTRIBUTES.most) return `Auth0 allows at most ${ATTRIBUTES.most} attributes.`;
  return total > ATTRIBUTES.totalBytes
    ? `Auth0's limit for all attributes is ${ATTRIBUTES.totalBytes} bytes.`
    : undefined;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(toJson(value)));
}
