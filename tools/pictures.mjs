// npm run docs:pictures [-- NAME …]  takes the pictures of docs/images again, or those with these names, from the built programs
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { DESKTOP, LOOKS, PAGES, SHEETS } from './pictures/pages.mjs';
import { dashboard } from './pictures/dashboard.mjs';
import { sheet } from './pictures/sheet.mjs';
import { startStage } from './pictures/stage.mjs';
import { timeline } from './pictures/timeline.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Width of a picture on a sheet, in pixels. */
const PHONE_WIDTH = 320;
const DESKTOP_WIDTH = 640;

const pictures = {
  ...Object.fromEntries(Object.keys(PAGES).map((name) => [`pages/${name}.webp`, () => gallery(name)])),
  ...Object.fromEntries(Object.entries(SHEETS).map(([file, parts]) => [file, () => composed(parts)])),
  'sandbox-transaction.png': () => timeline(browser),
  'dashboard.webp': async () => sheet(browser, [await dashboard(browser)], 'image/webp'),
};
const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const stage = await startStage();
mkdirSync('docs/images/pages', { recursive: true });
for (const [file, take] of Object.entries(pictures)) {
  if (wanted.length === 0 || wanted.some((name) => file.includes(name)))
    writeFileSync(`docs/images/${file}`, await take());
}
await browser.close();
process.exit(0);

/** Returns a page in each look, side by side. */
async function gallery(name) {
  const shots = [];
  for (const look of Object.values(LOOKS)) shots.push(await shotOf(name, look));
  return sheet(browser, shots, 'image/webp');
}

/** Returns pages on phones of one height, side by side. */
async function composed({ height, parts }) {
  const shots = [];
  for (const [name, look] of parts) {
    const viewport = { width: 360, height };
    shots.push({ ...(await shotOf(name, { ...look, viewport, fullPage: false })), width: 360 });
  }
  return sheet(browser, shots, 'image/png');
}

/** Opens a page in a browser with this look, and returns its picture. */
async function shotOf(name, look) {
  const { steps, preview, act, scripts = true, fullPage = true } = { ...PAGES[name], ...look };
  const { locale, colorScheme, viewport } = look;
  const context = await browser.newContext({
    locale,
    colorScheme,
    viewport,
    javaScriptEnabled: scripts,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  try {
    if (scripts) await page.clock.install();
    const query = new URLSearchParams({ locale, scheme: colorScheme });
    const address = preview ? `${stage.preview}${preview}?${query}` : await stage.address(steps, locale);
    // The continue page never finishes loading, because the answer to its form is empty.
    await page.goto(address, { waitUntil: 'commit' });
    await page.locator('h1').waitFor();
    await act?.(page);
    const image = await page.screenshot({ fullPage, animations: 'disabled' });
    return { image, width: viewport === DESKTOP ? DESKTOP_WIDTH : PHONE_WIDTH };
  } catch (error) {
    throw new Error(`${name}, ${locale}: ${error.message}`, { cause: error });
  } finally {
    await context.close();
  }
}
