import { AccountLinkStep, ACCOUNT_LINK_OPTIONS, type AccountLinkOptions } from '../../src/steps/account-link/index.js';
import { HostApplication, type AdapterName, type Reply } from './application.js';
import { CLIENT_ID, CLIENT_SECRET, type OidcTenant } from './oidc-tenant.js';
import { StepBrowser } from './step-browser.js';
import { tokenWith, type Members } from './tokens.js';

export const PUBLIC_URL = 'https://login.example.com/redirect';

/** {@link AccountLinkOptions}, as a plain object. */
export type LinkOptions = Pick<AccountLinkOptions, keyof AccountLinkOptions>;

export function linkOptions(tenant: OidcTenant): LinkOptions {
  return {
    issuer: tenant.issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    httpClient: { allowPrivateAddresses: true, timeout: 1, retries: 0 },
  };
}

/** Starts a host with the step. */
export async function linkHost(
  adapter: AdapterName,
  tenant: OidcTenant,
  options: Partial<LinkOptions> = {},
): Promise<HostApplication> {
  const provider = { provide: ACCOUNT_LINK_OPTIONS, useValue: { ...linkOptions(tenant), ...options } };
  return HostApplication.start(adapter, { publicUrl: PUBLIC_URL }, 'recorded', [AccountLinkStep], [provider]);
}

let logins = 0;

/** Returns a session token for a new login of a new user, because attempts are limited per user. */
export function linkToken(claims: Members = {}): string {
  logins += 1;
  return tokenWith({ sub: `auth0|first-${logins}`, steps: ['account-link'], nonce: `nonce-${logins}`, ...claims });
}

/** A user who logs in with the first account, in one browser. */
export class LinkingUser {
  readonly browser: StepBrowser;
  /** The address of the tenant's login. */
  authorization = '';

  constructor(host: HostApplication) {
    this.browser = new StepBrowser(host);
  }

  /** Logs in, and continues to the tenant. */
  async begin(token = linkToken(), state?: string): Promise<this> {
    await this.browser.arrive(token, state);
    return this.tryAgain();
  }

  async tryAgain(form: Record<string, string> = {}): Promise<this> {
    const { pathname, search } = new URL(this.page, PUBLIC_URL);
    await this.browser.post(form, pathname + search);
    this.authorization = this.browser.location;
    return this;
  }

  /** Returns the path of the step's page. */
  get page(): string {
    const [cookie = ''] = [...this.browser.cookies.keys()].filter((name) => name.endsWith('.0'));
    return `/redirect/steps/account-link?login=${cookie.split('.')[1]}`;
  }

  async return(query: URLSearchParams, browser = this.browser): Promise<Reply> {
    return browser.back(`/redirect/steps/account-link/return?${query.toString()}`);
  }
}
