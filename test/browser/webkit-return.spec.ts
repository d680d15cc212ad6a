import { startWebKit } from '../harness/browsers.js';
import { ANSWER, PostingVendor } from '../harness/posting-vendor.js';

// The driver sometimes does not answer a call.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

it('a vendor on another site returns people by POST in the engine of Safari', async () => {
  const stand = await PostingVendor.start();
  const browser = await startWebKit();
  const page = await browser.newPage();
  await page.goto(stand.start);
  await page.press('Go');
  await page.press('Return');
  await page.arrivesAt(stand.tenant.at('app', '/callback'));
  await browser.stop();
  expect(stand.answers).toEqual([{ vendor: { answer: ANSWER } }]);
  await stand.stop();
});
