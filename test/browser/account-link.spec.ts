import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { LoginStand } from '../harness/login-stand.js';
import { freePort } from '../harness/service-process.js';

const CLIENT = { client_id: 'linker', client_secret: 'link-secret-Zt48sQm1Ya70kWcB' };
const ACTION = 'auth0/actions/auth-redirect/code.js';

interface User {
  readonly user_id: string;
  readonly identities: readonly { readonly user_id: string }[];
}

/** The sandbox with the Management API, and the service with the step. */
class LinkingStand {
  private constructor(
    private readonly folder: string,
    readonly tenant: string,
    readonly stand: LoginStand,
  ) {}

  /** @param edit Changes the shipped Action. */
  static async start(edit?: (source: string) => string): Promise<LinkingStand> {
    const folder = mkdtempSync(join(tmpdir(), 'account-link-'));
    const write = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const port = await freePort();
    const tenant = `http://localhost:${port}/`;
    const step = `
account-link:
  issuer: ${tenant}
  clientId: ${CLIENT.client_id}
  clientSecretFile: ${write('secret', `${CLIENT.client_secret}\n`)}
  httpClient: { allowPrivateAddresses: true }
`;
    const actionSecrets = {
      LINK_CLIENT_ID: CLIENT.client_id,
      MANAGEMENT_URL: tenant,
      MANAGEMENT_CLIENT_ID: CLIENT.client_id,
      MANAGEMENT_CLIENT_SECRET: CLIENT.client_secret,
    };
    const stand = await LoginStand.start(
      { AUTH0_ISSUER: 'localhost' },
      { STEPS_FILE: step },
      actionSecrets,
      (redirectUrl) => [
        ...['--hostname', 'localhost', '--port', String(port), '--app-port', '0'],
        ...['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret],
        ...['--callback', `${redirectUrl}/steps/account-link/return`],
      ],
      edit && write('code.js', edit(readFileSync(ACTION, 'utf8'))),
    );
    return new LinkingStand(folder, tenant, stand);
  }

  async stop(): Promise<void> {
    await this.stand.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Creates an account: its user logs in and cancels the step. */
  async createAccount(email: string): Promise<void> {
    await this.stand.inFreshBrowser(async (page) => {
      await this.stand.logIn(page, email);
      await page.getByRole('button', { name: 'Cancel sign-in' }).click();
      await page.getByRole('button', { name: 'Yes, cancel' }).click();
      await page.getByText('You canceled the sign-in.').first().waitFor();
    });
  }

  /** Returns the users of an address, as the Management API lists them. */
  async usersOf(email: string): Promise<User[]> {
    const form = { grant_type: 'client_credentials', audience: `${this.tenant}api/v2/`, ...CLIENT };
    const answer = await fetch(`${this.tenant}oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const query = new URLSearchParams({ email });
    const headers = { authorization: `Bearer ${token}` };
    const users = await fetch(`${this.tenant}api/v2/users-by-email?${query.toString()}`, { headers });
    return (await users.json()) as User[];
  }
}

const goToTenant = async (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Sign in to the other account' }).click();
const proveAs = async (page: Page, email: string): Promise<void> => {
  await page.fill('#email', email);
  await page.fill('#password', 'anything');
  await page.click('button[type=submit]');
};
const idsOf = (user: User | undefined): string[] | undefined =>
  user?.identities.map(({ user_id: id }) => `auth0|${id}`);

describe('a login that proves a second account', () => {
  let linking: LinkingStand;
  let stand: LoginStand;
  beforeAll(async () => {
    linking = await LinkingStand.start();
    ({ stand } = linking);
  });
  afterAll(async () => linking.stop());

  it('ends with tokens of the first account, and with one user who has both', async () => {
    await linking.createAccount('second@example.com');
    const [second] = await linking.usersOf('second@example.com');
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'first@example.com');
      await page.getByRole('heading', { name: 'Link another account' }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.textContent('main')).toContain('You are signed in as f•••@example.com.');
      await goToTenant(page);
      await proveAs(page, 'second@example.com');
      const claims = await stand.claimsOnPage(page);
      const [first] = await linking.usersOf('first@example.com');
      expect(claims).toContain(first?.user_id);
      expect(claims).toContain('second@example.com');
      expect(idsOf(first)).toEqual([first?.user_id, second?.user_id]);
      expect(await linking.usersOf('second@example.com')).toEqual([]);
    });
    await stand.inFreshBrowser(async (page) => {
      // Both accounts are already linked, so no other account remains.
      await stand.logIn(page, 'second@example.com');
      const [first] = await linking.usersOf('first@example.com');
      expect(await stand.claimsOnPage(page)).toContain(first?.user_id);
    });
  });

  it('rejects the same account with an explanation, and lets the user try again', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'same@example.com');
      await goToTenant(page);
      await proveAs(page, 'same@example.com');
      await page.getByText('You are already signed in to this account').first().waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await goToTenant(page);
      await proveAs(page, 'other@example.com');
      expect(await stand.claimsOnPage(page)).toContain('other@example.com');
    });
  });

  it('leaves nothing of the accounts in the log', async () => {
    const log = await stand.service.log();
    expect(log).toContain('the second account was not accepted: same_account');
    for (const secret of ['example.com"', 'auth0|', 'code=', CLIENT.client_secret]) expect(log).not.toContain(secret);
  });
});

describe('a login whose Action keeps the second account', () => {
  it('ends with tokens of the second account, which has both identities', async () => {
    const linking = await LinkingStand.start((source) => source.replace("return 'first';", "return 'second';"));
    const { stand } = linking;
    await linking.createAccount('old@example.com');
    const [before] = await linking.usersOf('old@example.com');
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'new@example.com');
      await page.getByRole('heading', { name: 'Link another account' }).waitFor();
      const [added] = await linking.usersOf('new@example.com');
      await goToTenant(page);
      await proveAs(page, 'old@example.com');
      const claims = await stand.claimsOnPage(page);
      expect(claims).toContain(`"sub": "${before?.user_id}"`);
      const [kept] = await linking.usersOf('old@example.com');
      expect(kept?.user_id).toBe(before?.user_id);
      expect(idsOf(kept)).toEqual([before?.user_id, added?.user_id]);
      expect(await linking.usersOf('new@example.com')).toEqual([]);
    });
    await linking.stop();
  });
});
