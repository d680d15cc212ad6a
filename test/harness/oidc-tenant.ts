import { createHash, randomBytes, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, SignJWT, type JWK } from 'jose';
import { newKeyPair } from '../../sandbox/src/key-pair.js';
import { NOW, type Members } from './tokens.js';

export const CLIENT_ID = 'link-client';
export const CLIENT_SECRET = 'link-secret-Zt48sQm1Ya70kWcB';

/** An endpoint of the tenant that the service calls. */
export type Endpoint = 'metadata' | 'token' | 'keys';
/** A response of an endpoint instead of the usual answer. */
export type Fault = (response: ServerResponse) => void;

/** An authorization request that waits for its user. */
interface Authorization {
  readonly parameters: Readonly<Record<string, string>>;
  readonly claims: Members;
}

/** The OpenID Connect endpoints of a tenant, on loopback. */
export class OidcTenant {
  /** Additional claims of the next ID tokens; undefined removes a claim. */
  claims: Members = {};
  /** Additional members of the next token answers; undefined removes a member. */
  answer: Members = {};
  metadata: Members = {};
  faults: Partial<Record<Endpoint, Fault>> = {};
  /** Requests since the last {@link reset}. */
  readonly requests: Endpoint[] = [];
  readonly #codes = new Map<string, Authorization>();

  private constructor(
    private readonly server: Server,
    private readonly key: { readonly privateKey: KeyObject; readonly jwk: JWK },
  ) {}

  static async start(): Promise<OidcTenant> {
    const { publicKey, privateKey } = newKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig' };
    const tenant: OidcTenant = new OidcTenant(
      createServer((request, response) => void tenant.#serve(request, response)),
      { privateKey, jwk },
    );
    await new Promise<void>((resolve) => void tenant.server.listen(0, 'localhost', resolve));
    return tenant;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  /** Resets the changes of a test. */
  reset(): void {
    Object.assign(this, { claims: {}, answer: {}, metadata: {}, faults: {} });
    this.requests.length = 0;
  }

  get issuer(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Logs a user in at an authorization request, and returns the query of the tenant's redirect back. */
  authorize(location: string, claims: Members = {}): URLSearchParams {
    const parameters = Object.fromEntries(new URL(location).searchParams);
    const code = randomBytes(16).toString('base64url');
    this.#codes.set(code, { parameters, claims });
    return new URLSearchParams({ code, state: parameters['state'] ?? '' });
  }

  async idToken(claims: Members, header: Members = {}, key: KeyObject = this.key.privateKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'JWT', ...header }).sign(key);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', this.issuer);
    const endpoint = ENDPOINTS[pathname];
    if (!endpoint) return void response.writeHead(404).end();
    this.requests.push(endpoint);
    const body = await text(request);
    const fault = this.faults[endpoint];
    if (fault) return fault(response);
    const [status, json] = await this.#answerOf(endpoint, new URLSearchParams(body));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }

  async #answerOf(endpoint: Endpoint, form: URLSearchParams): Promise<[number, Members]> {
    const at = (path: string): string => new URL(path, this.issuer).href;
    if (endpoint === 'keys') return [200, { keys: [this.key.jwk] }];
    if (endpoint === 'token') return this.#tokens(form);
    const metadata = {
      issuer: this.issuer,
      authorization_endpoint: at('authorize'),
      token_endpoint: at('oauth/token'),
      jwks_uri: at('.well-known/jwks.json'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['HS256', 'RS256', 'PS256'],
    };
    return [200, { ...metadata, ...this.metadata }];
  }

  async #tokens(form: URLSearchParams): Promise<[number, Members]> {
    if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
      return [401, { error: 'invalid_client' }];
    }
    const code = form.get('code') ?? '';
    const { parameters, claims } = this.#codes.get(code) ?? { parameters: {}, claims: {} };
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isValid =
      form.get('grant_type') === 'authorization_code' &&
      parameters['client_id'] === CLIENT_ID &&
      parameters['redirect_uri'] === form.get('redirect_uri') &&
      parameters['code_challenge_method'] === 'S256' &&
      parameters['code_challenge'] === challenge;
    if (!isValid) return [403, { error: 'invalid_grant', error_description: 'Invalid authorization code' }];
    const accessToken = randomBytes(16).toString('base64url');
    const idToken = await this.idToken({
      iss: this.issuer,
      aud: CLIENT_ID,
      iat: NOW,
      exp: NOW + 300,
      auth_time: NOW,
      nonce: parameters['nonce'],
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
      sub: 'google-oauth2|42',
      email: 'second@example.com',
      email_verified: true,
      ...claims,
      ...this.claims,
    });
    return [
      200,
      { access_token: accessToken, token_type: 'Bearer', expires_in: 300, id_token: idToken, ...this.answer },
    ];
  }
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': 'metadata',
  '/.well-known/jwks.json': 'keys',
  '/oauth/token': 'token',
};
