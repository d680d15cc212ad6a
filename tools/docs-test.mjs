// npm run docs:test             opens each page of the built documentation site in Chromium, in turn on a phone and a desktop, in light and dark
//                               mode, and one page of the generated API. Fails if axe finds a problem, if a page is too wide or loads something
//                               from elsewhere, if a picture is missing, or if the search finds nothing
// npm run docs:test -- --all    opens all pages in all four ways
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const SITE = fileURLToPath(new URL('../docs/.vitepress/dist', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'];
const isComplete = process.argv.includes('--all');

if (!existsSync(SITE)) throw new Error('There is no site. Run: npm run docs:build');
const server = createServer(respond).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const paths = readdirSync(SITE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.html') && file !== '404.html')
  .map((file) => `/${file.replace(/(?:(?<=^|\/)index)?\.html$/, '')}`)
  .toSorted();
const sample = paths.filter((path) => !path.startsWith('/api/') || path === '/api/testing');
const problems = [];
const looks = WIDTHS.flatMap((width) => SCHEMES.map((scheme) => ({ width, scheme })));
await Promise.all(looks.map(checkLook));
await browser.close();
server.close();
for (const problem of problems.toSorted()) process.stderr.write(`${problem}\n`);
process.stdout.write(`${(isComplete ? paths : sample).length} pages, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function respond(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const file = [pathname, `${pathname}.html`, `${pathname}index.html`]
    .map((path) => join(SITE, path))
    .find((path) => extname(path) !== '' && existsSync(path));
  if (file === undefined) return response.writeHead(404).end();
  return response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(readFileSync(file));
}

/** Opens all pages, or the pages for this combination. */
async function checkLook({ width, scheme }, turn) {
  const viewport = { width, height: 800 };
  const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  let path = '';
  const report = (problem) => problems.push(`${path} (${width} px, ${scheme}): ${problem}`);
  page.on('pageerror', ({ message }) => report(message));
  page.on('response', (answer) => answer.status() >= 400 && report(`${answer.url()} answers ${answer.status()}`));
  page.on('request', (request) => request.url().startsWith(origin) || report(`loads ${request.url()}`));
  for (path of isComplete ? paths : sample.filter((_path, index) => index % looks.length === turn)) {
    await page.goto(origin + path);
    for (const problem of await problemsOf(page)) report(problem);
  }
  path = 'search';
  await checkSearch(page, report);
  await context.close();
}

async function problemsOf(page) {
  await page.locator('.vp-doc, .VPHome').first().waitFor();
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map(async (image) => image.decode().catch(() => undefined)));
    const missing = [...document.images]
      .filter(({ naturalWidth }) => naturalWidth === 0)
      .map(({ src }) => `no picture ${src}`);
    const { scrollWidth } = document.documentElement;
    const tooWide = scrollWidth > innerWidth ? [`the page is ${scrollWidth} px wide`] : [];
    const { violations } = await globalThis.axe.run({ resultTypes: ['violations'] });
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 150)}`),
    );
    return [...missing, ...tooWide, ...found];
  });
}

/**
 * Tests the search, whose index is part of the site. Does not run axe: VitePress 1.6 gives the search box the role of a
 * button.
 */
async function checkSearch(page, report) {
  await page.locator('.VPNavBarSearch button').click();
  await page.locator('.VPLocalSearchBox input').fill('rotate secrets');
  const result = page.locator('.VPLocalSearchBox .result').first();
  await result.waitFor({ timeout: 10_000 }).catch(({ message }) => report(message));
}
