import { axeFindings } from '../harness/axe.js';
import { LoginStand } from '../harness/login-stand.js';

const STEPS = `
- type: profile
  optional: true
  fields: [{ name: given_name, type: text, required: true, label: First name }]
- type: terms
  when: has(earlier.profile.skipped) && claims.sub != ""
  title: Terms of Service
  version: 2026-11
  text: You may use this.
- type: profile
  id: survey
  when: "!has(earlier.profile.skipped)"
  fields: [{ name: topic, type: text, label: Topic }]
`;

describe('a login with rules of steps', () => {
  let stand: LoginStand;
  beforeAll(async () => {
    stand = await LoginStand.start({}, { STEPS_FILE: STEPS });
  });
  afterAll(async () => stand.stop());

  it('skips an optional step although a field is required, and shows the step that depends on it', async () => {
    await stand.inFreshBrowser(async (page) => {
      await stand.logIn(page);
      expect(await page.locator('.progress').textContent()).toBe('Step 1 of 3');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Skip' }).click();
      await page.waitForURL(/steps\/terms/);
      expect(await page.locator('.progress').textContent()).toBe('Step 2 of 2');
      expect(await page.getByRole('button', { name: 'Skip' }).count()).toBe(0);
      await page.getByLabel('I accept: Terms of Service').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      const claims = await stand.claimsOnPage(page);
      expect(claims).toMatch(/"skipped"\s*:\s*true/);
      expect(claims).toContain('2026-11');
      expect(claims).not.toContain('survey');
    });
  });
});
