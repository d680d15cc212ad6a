import { startChromium, startFirefox } from '../harness/browsers.js';
import { ANSWER, PostingVendor } from '../harness/posting-vendor.js';

describe('a vendor on another site that returns people by POST', () => {
  let stand: PostingVendor;
  beforeAll(async () => {
    stand = await PostingVendor.start();
  });
  beforeEach(() => {
    stand.tenant.posted.length = 0;
    stand.host.refused.length = 0;
  });
  afterAll(async () => stand.stop());

  it.each([true, false])(
    'ends in the answer of the vendor in Chromium, with scripts: %s',
    async (javaScriptEnabled) => {
      const browser = await startChromium();
      const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(stand.start);
      await page.getByRole('button', { name: 'Go', exact: true }).click();
      await page.getByRole('button', { name: 'Return' }).click();
      if (!javaScriptEnabled) {
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Continue' }).click();
      }
      await page.waitForSelector('text=signed in');
      await browser.close();
      expect(stand.answers).toEqual([{ vendor: { answer: ANSWER } }]);
      expect(stand.host.refused).toEqual([]);
      expect(complaints.filter((text) => /policy|script/i.test(text))).toEqual([]);
    },
  );

  it('ends in the answer of the vendor in Firefox', async () => {
    const browser = await startFirefox();
    const page = await browser.newPage();
    await page.goto(stand.start);
    await page.locator('button[type=submit]').click();
    await page.locator('::-p-text(Return)').click();
    await page.locator('::-p-text(signed in)').wait();
    await browser.close();
    expect(stand.answers).toEqual([{ vendor: { answer: ANSWER } }]);
  });

  it('gets a refusal, not a loop, if the browser keeps no cookies', async () => {
    const browser = await startChromium();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(stand.start);
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await context.clearCookies();
    await page.getByRole('button', { name: 'Return' }).click();
    await page.getByRole('heading', { name: 'We cannot find your sign-in' }).waitFor();
    await browser.close();
    expect(stand.host.refused).toMatchObject([{ code: 'step_session_missing' }]);
  });
});
