import { createHmac } from 'node:crypto';

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Returns the reply of a redirect's target: the session token, signed again with the state. */
export function replyTo(
  address: string,
  secret: string,
  changes: object = {},
): { state: string; session_token: string } {
  const parameters = new URL(address).searchParams;
  const state = parameters.get('state') ?? '';
  const [, claims = ''] = (parameters.get('session_token') ?? '').split('.');
  const received: object = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...received, state, ...changes })}`;
  return { state, session_token: `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}` };
}
