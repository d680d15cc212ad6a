import { axeFindings } from '../../test/harness/axe.js';
import { startChromium } from '../../test/harness/browsers.js';
import { listenLoopback } from '../src/network/loopback-server.js';
import { RETURN_TO, VendorBench } from './harness/vendor-bench.js';

type Chromium = Awaited<ReturnType<typeof startChromium>>;

describe('the page of the vendor', () => {
  let bench: VendorBench;
  let chromium: Chromium;

  beforeAll(async () => {
    [bench, chromium] = await Promise.all([VendorBench.start(), startChromium()]);
  });

  afterAll(async () => {
    await chromium.close();
    await bench.stop();
  });

  it.each([
    { colorScheme: 'light', width: 320 },
    { colorScheme: 'dark', width: 320 },
    { colorScheme: 'dark', width: 1280 },
  ] as const)('has nothing that axe finds, in $colorScheme at $width px', async ({ colorScheme, width }) => {
    const page = await chromium.newPage({ colorScheme, viewport: { width, height: 640 } });
    const query = new URLSearchParams({ handle: 'h'.repeat(1000), return_to: RETURN_TO }).toString();
    for (const path of ['/', `/?${query}`]) {
      await page.goto(bench.origin + path);
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect(await axeFindings(page)).toEqual([]);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/vendor-${colorScheme}-${width}.png` });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    await page.close();
  });

  it('needs no script', async () => {
    const service = await listenLoopback(0);
    service.handle((_request, response) => void response.end('back'));
    const back = `http://steps.localhost:${service.port}/back?login=1`;
    const page = await chromium.newPage({ javaScriptEnabled: false });
    await page.goto(`${bench.origin}/?${new URLSearchParams({ handle: 'h', return_to: back }).toString()}`);
    await page.getByRole('button', { name: 'Leave without finishing' }).click();
    await page.getByText('back').waitFor();
    expect(page.url()).toBe(`${back}&error=access_denied`);
    await page.close();
    await service.close();
  });
});
