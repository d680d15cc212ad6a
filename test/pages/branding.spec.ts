import { brandOf } from '../../src/auth-redirect/tenants/brand.js';
import { CARD, contrastOf, DARK_CARD, lightenedFor, readableOn } from '../../src/auth-redirect/validation/contrast.js';
import { validatedOptions } from '../../src/auth-redirect/options/auth-redirect.options.js';
import { readFileSync } from 'node:fs';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { thrownBy } from '../harness/continue-tokens.js';
import { ISSUER, jws, SECRET } from '../harness/tokens.js';

const LOGO = 'https://cdn.example.com/logo;1.svg?v=2';
const DATA_LOGO = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`;

describe('the contrast of colors', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#ffffff', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
  ])('of %s to %s is %d', (one, other, contrast) => {
    expect(contrastOf(one, other)).toBeCloseTo(contrast, 2);
    expect(contrastOf(other, one)).toBeCloseTo(contrast, 2);
  });

  it('is sufficient on any color for black or for white', () => {
    for (const color of ['#2743c9', '#ffee00', '#777777', '#000000', '#ff0000'])
      expect(contrastOf(color, readableOn(color))).toBeGreaterThanOrEqual(4.5);
  });

  it('is reached by lightening', () => {
    for (const color of ['#2743c9', '#000000', '#7a0019'])
      expect(contrastOf(lightenedFor(DARK_CARD, color), DARK_CARD)).toBeGreaterThanOrEqual(4.5);
    expect(lightenedFor(DARK_CARD, '#ffee00')).toBe('#ffee00');
  });

  it('is measured against the cards of the stylesheet', () => {
    const style = readFileSync('views/style.css', 'utf8');
    expect(style.match(/--card: (#\w+);/g)).toEqual([`--card: #${CARD.slice(4)};`, `--card: ${DARK_CARD};`]);
  });
});

describe('branding', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ color: '#ffee00' }, 'branding.color has a contrast of 1.20 to #ffffff, WCAG 2.2 requires 4.5'],
    [{ color: 'red' }, 'branding.color is not a color like #2743c9'],
    [{ color: '#fff;}body{display:none' }, 'branding.color is not a color'],
    [{ darkColor: '#2743c9' }, 'branding.darkColor has a contrast of'],
    [{ logo: 'http://cdn.example.com/logo.png' }, 'branding.logo is neither an https nor a data: URL'],
    [{ logo: 'javascript:alert(1)' }, 'branding.logo is neither'],
    [{ logo: 'data:text/html;base64,AAAA' }, 'branding.logo is not a data: URL of image'],
    [{ logo: `data:image/png;base64,${'A'.repeat(33_000)}` }, 'branding.logo has over 32768 characters'],
    [{ name: '' }, 'branding.name is not a text of 1 to 60 characters'],
    [{ privacyUrl: 'javascript:alert(1)' }, 'branding.privacyUrl is not an https URL'],
    [{ supportUrl: 'mailto:a@b.example?cc=c@d.example' }, 'branding.supportUrl'],
  ])('fails startup: %#', (branding, problem) => {
    const given = { issuer: ISSUER, secret: SECRET, branding };
    expect(thrownBy(() => validatedOptions(given))).toMatchObject({ problems: [expect.stringContaining(problem)] });
  });

  it('names one source of pictures, whatever the address contains', () => {
    expect(brandOf({ logo: LOGO }).imageSource).toBe('https://cdn.example.com/logo%3B1.svg');
    expect(brandOf({ logo: DATA_LOGO }).imageSource).toBe('data:');
    expect(brandOf({}).imageSource).toBeUndefined();
  });

  describe.each(ADAPTERS)('on %s', (adapter) => {
    it('is on every page, and its logo is the only allowed picture', async () => {
      const branding = {
        name: 'Ada & Co',
        logo: LOGO,
        color: '#7a0019',
        privacyUrl: 'https://example.com/privacy',
        supportUrl: 'mailto:help@example.com',
      };
      const host = await HostApplication.start(adapter, { branding });
      const pages = [await host.redirect(jws(), 'state'), await host.request('/redirect')];
      await host.stop();
      for (const { headers, body } of pages) {
        expect(headers['content-security-policy']).toContain('; img-src https://cdn.example.com/logo%3B1.svg; ');
        expect(body).toContain(`<img class="logo" src="${LOGO.replace('=', '&#x3D;')}" alt="Ada &amp; Co">`);
        expect(body).toContain('--accent:#7a0019;--on-accent:#ffffff');
        expect(body).toContain('href="https://example.com/privacy"');
        expect(body).toContain('href="mailto:help@example.com"');
      }
    });

    it('is left out if it is not configured', async () => {
      const host = await HostApplication.start(adapter);
      const { headers, body } = await host.redirect(jws(), 'state');
      await host.stop();
      expect(headers['content-security-policy']).not.toContain('img-src');
      expect(body).not.toMatch(/<img|<footer|class="brand"/);
    });
  });
});
