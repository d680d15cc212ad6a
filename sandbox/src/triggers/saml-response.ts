import { SAML_SETTINGS } from '../execution/saml-settings.js';
import { textOf, type Json, type JsonObject } from '../json.js';
import type { LoginTransaction } from '../logins/login-transaction.js';
import { MASK } from '../transactions/mask.js';

const PREFIX = 'api.samlResponse.set';

type SamlResponse = LoginTransaction['saml'];

/** Null removes an attribute. */
export function applySamlCall(name: string, args: readonly Json[], { attributes, settings }: SamlResponse): void {
  const member = name.slice(PREFIX.length);
  const [first = null, value = null] = args;
  if (member !== 'Attribute') settings[member.charAt(0).toLowerCase() + member.slice(1)] = first;
  else if (value === null) delete attributes[textOf(first)];
  else attributes[textOf(first)] = value;
}

/** Adds Auth0's defaults. Returns undefined if nothing was set. */
export function samlSummary({ attributes, settings }: SamlResponse, tenantId: string): SamlResponse | undefined {
  if (Object.keys(attributes).length + Object.keys(settings).length === 0) return undefined;
  const initial = Object.entries(SAML_SETTINGS).flatMap(([name, setting]) =>
    setting.initial === undefined ? [] : [[name, setting.initial] as const],
  );
  const all: JsonObject = { issuer: `urn:auth0:${tenantId}`, ...Object.fromEntries(initial), ...settings };
  return { attributes: { ...attributes }, settings: 'key' in all ? { ...all, key: MASK } : all };
}
