import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { axeFindings } from '../harness/axe.js';
import { LoginStand } from '../harness/login-stand.js';
import { freePort } from '../harness/service-process.js';

const CLIENT = { client_id: 'linker', client_secret: 'link-secret-Zt48sQm1Ya70kWcB' };

describe('a login that proves a second account', () => {
  let folder: string;
  let tenant: string;
  let stand: LoginStand;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'account-link-'));
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, `${CLIENT.client_secret}\n`);
    const port = await freePort();
    tenant = `http://localhost:${port}/`;
    const step = `
account-link:
  issuer: ${tenant}
  clientId: ${CLIENT.client_id}
  clientSecretFile: ${secretFile}
  httpClient: { allowPrivateAddresses: true }
`;
    const actionSecrets = {
      LINK_CLIENT_ID: CLIENT.client_id,
      MANAGEMENT_URL: tenant,
      MANAGEMENT_CLIENT_ID: CLIENT.client_id,
      MANAGEMENT_CLIENT_SECRET: CLIENT.client_secret,
    };
    stand = await LoginStand.start(
      { AUTH0_ISSUER: 'localhost' },
      { STEPS_FILE: step },
      actionSecrets,
      (redirectUrl) => [
        ...['--hostname', 'localhost', '--port', String(port), '--app-port', '0'],
        ...['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret],
        ...['--callback', `${redirectUrl}/steps/account-link/return`],
      ],
    );
  });
  afterAll(async () => {
    await stand.stop();
    rmSync(folder, { recursive: true });
  });

  const goToTenant = async (page: Page): Promise<void> =>
    page.getByRole('button', { name: 'Sign in to the other account' }).click();
  const proveAs = async (page: Page, email: string): Promise<void> => {
    await page.fill('#email', email);
    await page.fill('#password', 'anything');
    await page.click('button[type=submit]');
  };

  /** Returns the users of an address, as the Management API has them. */
  async function usersOf(email: string): Promise<{ user_id: string; identities: { user_id: string }[] }[]> {
    const form = { grant_type: 'client_credentials', audience: `${tenant}api/v2/`, ...CLIENT };
    const answer = await fetch(`${tenant}oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const query = new URLSearchParams({ email });
    const headers = { authorization: `Bearer ${token}` };
    const users = await fetch(`${tenant}api/v2/users-by-email?${query.toString()}`, { headers });
    return (await users.json()) as { user_id: string; identities: { user_id: string }[] }[];
  }

  it('ends with tokens of the first account, and with one user who has both', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'second@example.com');
      await page.getByRole('button', { name: 'Cancel sign-in' }).click();
      await page.getByRole('button', { name: 'Yes, cancel' }).click();
      await page.getByText('You canceled the sign-in.').first().waitFor();
    });
    const [second] = await usersOf('second@example.com');
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page, 'first@example.com');
      await page.getByRole('heading', { name: 'Link another account' }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.textContent('main')).toContain('You are signed in as f•••@example.com.');
      await goToTenant(page);
      await proveAs(page, 'second@example.com');
      const claims = await stand.claimsOnPage(page);
      const [first] = await usersOf('first@example.com');
      expect(claims).toContain(first?.user_id);
      expect(claims).toContain('second@example.com');
      expect(first?.identities.map(({ user_id: id }) => `auth0|${id}`)).toEqual([first?.user_id, second?.user_id]);
      expect(await usersOf('second@example.com')).toEqual([]);
    });
    await stand.inFreshBrowser(async (page) => {
      // Both accounts are one already, so there is no other account to link.
      await stand.logIn(page, 'second@example.com');
      const [first] = await usersOf('first@example.com');
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
