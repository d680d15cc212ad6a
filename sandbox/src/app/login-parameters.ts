/** Parameters that the SDK sets; a link cannot change them. */
const SDK_PARAMETERS = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method'],
]);

/** Parameters that the app does not send to the tenant. */
const APP_PARAMETERS = new Set(['popup', 'silent', 'parameters']);

type Query = Readonly<Record<string, unknown>>;

export function loginParameters(query: Query): Record<string, string | number> {
  const named = Object.entries(query).filter(([name]) => !APP_PARAMETERS.has(name));
  const silent: [string, string][] = query['silent'] ? [['prompt', 'none']] : [];
  const all = [...named, ...linesOf(query['parameters']), ...silent];
  return Object.fromEntries(all.flatMap(([name, value]) => parameterOf(name, value)));
}

function parameterOf(name: string, value: unknown): [string, string | number][] {
  if (typeof value !== 'string' || value === '' || SDK_PARAMETERS.has(name)) return [];
  // The SDK compares max_age with the time of the login, and needs a number.
  return [[name, name === 'max_age' ? Number(value) : value]];
}

function linesOf(text: unknown): [string, string][] {
  if (typeof text !== 'string') return [];
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [name = '', ...value] = line.split('=');
    return name.trim() === '' || value.length === 0 ? [] : [[name.trim(), value.join('=').trim()]];
  });
}
