import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, SignJWT, type JWK, type JWTHeaderParameters } from 'jose';
import { Logger, type FactoryProvider } from '@nestjs/common';
import type { Step } from '../../src/auth-redirect/steps/step.js';
import { newKeyPair } from '../../sandbox/src/key-pair.js';
import { EXTERNAL_OPTIONS, ExternalStep, type ExternalOptions } from '../../src/steps/external/index.js';
import { HostApplication, type AdapterName, type Reply } from './application.js';
import { StepBrowser } from './step-browser.js';
import { NOW, tokenWith, type Members } from './tokens.js';

export const PUBLIC_URL = 'https://login.example.com/redirect';
/** Message on the page if a return is rejected. */
export const NOT_VALID = 'We could not confirm what Identity Inc. sent us. Try again.';

export const VENDOR_ISSUER = 'https://vendor.example';
export const VENDOR_AUDIENCE = 'login-7';
export const VENDOR_SECRET = 'vendor-Zt48sQm1Ya70kWcB6xRf93LdHe';

export const ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** A key of the vendor, with its public half. */
interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
  readonly pem: string;
}

/** {@link ExternalOptions}, as a plain object. */
type VendorOptions = Pick<ExternalOptions, keyof ExternalOptions>;

/** A vendor on loopback. `/check` returns users at once with a result, `/keys` returns the keys. */
export class Vendor {
  /** Claims of the results of `/check`, in addition to those of every result. */
  finding: Members = { status: 'approved', document: 'passport' };
  /** The answer of `/keys`. */
  keyEndpoint: 'up' | 'down' | 'silent' | 'nonsense' = 'up';
  keyRequests = 0;
  published: JWK[] = [];

  private constructor(
    private readonly server: Server,
    readonly algorithm: Algorithm,
    private current: SigningKey | undefined,
  ) {}

  static async start(algorithm: Algorithm): Promise<Vendor> {
    const vendor: Vendor = new Vendor(
      createServer((request, response) => void vendor.#answer(request, response)),
      algorithm,
      algorithm === 'HS256' ? undefined : await keyOf(algorithm, 'key-1'),
    );
    vendor.published = vendor.current ? [vendor.current.jwk] : [];
    await new Promise<void>((resolve) => void vendor.server.listen(0, 'localhost', resolve));
    return vendor;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => void this.server.close(resolve));
  }

  get origin(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  get jwksUrl(): string {
    return `${this.origin}/keys`;
  }

  /** Returns the public key in PEM. */
  get pem(): string {
    return this.current?.pem ?? '';
  }

  get options(): VendorOptions {
    return {
      vendor: { en: 'Identity Inc.', de: 'Identität AG' },
      url: `${this.origin}/check?customer=7%20a`,
      algorithm: this.algorithm,
      ...(this.current ? { jwksUrl: this.jwksUrl, http: { allowPrivateAddresses: true } } : { secret: VENDOR_SECRET }),
      issuer: VENDOR_ISSUER,
      audience: VENDOR_AUDIENCE,
      claims: ['document', 'age'],
      accepted: { claim: 'status', values: ['approved'] },
    };
  }

  /** Replaces the key, and publishes the new one. */
  async rotate(kid: string, algorithm: Exclude<Algorithm, 'HS256'> = 'RS256'): Promise<void> {
    this.current = await keyOf(algorithm, kid);
    this.published = [this.current.jwk];
  }

  /** Signs a valid result with changed claims and headers; undefined removes one. */
  async sign(handle: string, claims: Members = {}, header: Members = {}): Promise<string> {
    const { kid, privateKey } = this.current ?? {};
    const protectedHeader = { alg: this.algorithm, ...(kid && { kid }), typ: 'JWT', ...header } as JWTHeaderParameters;
    return new SignJWT({ ...resultClaims(handle), ...this.finding, ...claims })
      .setProtectedHeader(protectedHeader)
      .sign(privateKey ?? Buffer.from(VENDOR_SECRET), { crit: { 'x-crit': true } });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.origin);
    if (pathname === '/keys') return this.#answerKeys(response);
    const returnTo = new URL(searchParams.get('return_to') ?? '');
    returnTo.searchParams.set('token', await this.sign(searchParams.get('handle') ?? ''));
    response.writeHead(303, { location: returnTo.href }).end();
  }

  #answerKeys(response: ServerResponse): void {
    this.keyRequests += 1;
    if (this.keyEndpoint === 'silent') return;
    if (this.keyEndpoint === 'down') response.writeHead(503).end();
    else response.end(this.keyEndpoint === 'up' ? JSON.stringify({ keys: this.published }) : '<html>');
  }
}

export function resultClaims(handle: string): Members {
  return { iss: VENDOR_ISSUER, aud: VENDOR_AUDIENCE, iat: NOW, exp: NOW + 300, handle };
}

async function keyOf(algorithm: Exclude<Algorithm, 'HS256'>, kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = newKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { kid, privateKey, jwk, pem: await exportSPKI(publicKey) };
}

/** Starts a host with the vendor. The session token of a login names its steps. */
export async function hostOf(
  adapter: AdapterName,
  vendor: Vendor,
  moreSteps: readonly FactoryProvider<Step>[] = [],
  options: Partial<ExternalOptions> = {},
): Promise<HostApplication> {
  return HostApplication.start(
    adapter,
    { publicUrl: PUBLIC_URL },
    'recorded',
    [ExternalStep, ...moreSteps],
    [{ provide: EXTERNAL_OPTIONS, useValue: { ...vendor.options, ...options } }],
  );
}

let logins = 0;

/** Returns a session token for a new login. */
export function freshToken(steps: readonly string[]): string {
  return tokenWith({ steps, nonce: `nonce-${(logins += 1)}` });
}

/** A login whose user is at the vendor. */
export class HandedOff {
  readonly url: URL;
  readonly handle: string;
  /** Path to which the vendor returns the user. */
  readonly back: string;

  constructor(readonly browser: StepBrowser) {
    this.url = new URL(browser.location);
    this.handle = this.url.searchParams.get('handle') ?? '';
    const { pathname, search } = new URL(this.url.searchParams.get('return_to') ?? '');
    this.back = pathname + search;
  }

  async return(parameters: string | Record<string, string>): Promise<Reply> {
    return this.browser.back(`${this.back}&${new URLSearchParams(parameters).toString()}`);
  }
}

/** Starts a login, up to the hand-off. */
export async function handOff(host: HostApplication, steps: readonly string[] = ['external']): Promise<HandedOff> {
  const browser = new StepBrowser(host);
  await browser.arrive(freshToken(steps));
  await browser.post({});
  return new HandedOff(browser);
}

/** Returns a list of the steps' log lines, which is emptied before each test. */
export function recordStepLog(): object[] {
  const lines: object[] = [];
  const keep = (line: unknown): void => {
    if (typeof line === 'object' && line !== null && 'step' in line) lines.push(line);
  };
  beforeEach(() => {
    lines.length = 0;
    for (const level of ['log', 'warn', 'error'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(keep as () => void);
  });
  return lines;
}

/** Returns the codes of the failed checks. */
export function wordsOf(lines: readonly unknown[]): string[] {
  return lines.map((line) => /: (\w+)(?: \([^)]*\))?$/.exec((line as { message: string }).message)?.[1] ?? '');
}
