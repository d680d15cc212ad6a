import {
  completed,
  handOff,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import type { JsonValue } from '../../src/auth-redirect/json.js';
import type { FormValues } from '../../src/auth-redirect/steps/step-form.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { ADAPTERS, HostApplication, type Reply } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

class NoFields {}

class VendorStep extends Step<NoFields> {
  readonly form = NoFields;
  constructor(
    readonly id: string,
    override readonly returnMethod: 'GET' | 'POST' = 'GET',
  ) {
    super();
  }
  view(): StepView {
    return { template: 'external', title: 'Vendor', model: { text: 'Go there.' } };
  }
  submit(context: StepContext): StepResult<NoFields, never> {
    return handOff(context.returnUrl().replace('login.example.com/redirect', 'vendor.example'));
  }
  override returned(_context: StepContext, values: FormValues): StepResult<NoFields, JsonValue> {
    const { login: _login, ...fields } = values;
    return fields['result'] === 'none' ? invalid({}, 'Nothing came back.') : completed(fields as never);
  }
}

const provide = (step: Step) => ({ provide: step.id, useFactory: () => step });
const CROSS_SITE = { 'sec-fetch-site': 'cross-site', origin: 'https://vendor.example' };

describe.each(ADAPTERS)('a return by POST on %s', (adapter) => {
  describe.each([true, false])('with the body parsers of the host: %s', (bodyParser) => {
    let host: HostApplication;
    let browser: StepBrowser;
    let back: string;
    beforeAll(async () => {
      const steps = [new VendorStep('by-post', 'POST'), new VendorStep('by-get')].map(provide);
      const options = { publicUrl: 'https://login.example.com/redirect' };
      host = await HostApplication.start(adapter, options, 'recorded', steps, [], {}, { bodyParser });
    });
    beforeEach(async () => {
      host.refused.length = 0;
      browser = new StepBrowser(host);
      back = await handedOff('by-post');
    });
    afterAll(async () => host.stop());

    const handedOff = async (step: string): Promise<string> => {
      await browser.arrive(tokenWith({ steps: [step] }));
      await browser.post({});
      return browser.location.replace('https://vendor.example', '/redirect');
    };
    /** Posts like another site: without the cookies, which are SameSite=Lax. */
    const postFromVendor = async (body: string, target = back, headers = {}): Promise<Reply> =>
      host.request(target, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...CROSS_SITE, ...headers },
      });
    /** Returns the page's form as a browser posts it. */
    const formOf = ({ body }: Reply): { action: string; fields: [string, string][] } => {
      const text = (html = ''): string =>
        html.replaceAll(/&(?:#x([\dA-F]+)|(\w+));/g, (_all, code, name) =>
          code
            ? String.fromCharCode(Number.parseInt(code, 16))
            : ({ lt: '<', gt: '>', quot: '"', amp: '&' }[String(name)] ?? '?'),
        );
      const inputs = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
      return {
        action: text(/action="([^"]*)"/.exec(body)?.[1]),
        fields: inputs.map(([, name, value]) => [text(name), text(value)]),
      };
    };
    const postAgain = async (page: Reply, by = browser): Promise<Reply> => {
      const { action, fields } = formOf(page);
      return by.post(fields as never, action, { origin: 'https://login.example.com' });
    };

    it('is posted again by a page of this site, with the same fields, and completes the step', async () => {
      const page = await postFromVendor('result=yes&list=1&list=%222%22%3C&_x=%C3%A4');
      expect(page.status).toBe(200);
      expect(page.headers['set-cookie']).toBeUndefined();
      expect(page.headers['referrer-policy']).toBe('same-origin');
      expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'nonce-[\w-]+'; /);
      expect(page.body).toMatch(/<script nonce="[\w-]+">/);
      expect(page.body).toContain('<button type="submit">Continue</button>');
      expect(formOf(page).action).toBe(back);
      const reply = await postAgain(page);
      expect(continueClaimsOf(reply).steps).toEqual({ 'by-post': { result: 'yes', list: ['1', '"2"<'], _x: 'ä' } });
      expect(host.refused).toEqual([]);
    });

    it('escapes the fields of the other site', async () => {
      const { body } = await postFromVendor(
        new URLSearchParams({ '"><script>': '</form><script>alert(1)' }).toString(),
      );
      expect(body.match(/<script/g)).toHaveLength(1);
      expect(body).not.toContain('</form><');
    });

    it('shows the page of the step if the step rejects it', async () => {
      const reply = await postAgain(await postFromVendor('result=none'));
      expect(reply.status).toBe(422);
      expect(reply.body).toContain('Nothing came back.');
      expect(continueClaimsOf(await postAgain(await postFromVendor('result=yes'))).outcome).toBe('completed');
    });

    it('that comes with the cookie, from a site of the same domain, is handled at once', async () => {
      const reply = await browser.post({ result: 'yes' }, back, { 'sec-fetch-site': 'same-site' });
      expect(continueClaimsOf(reply).outcome).toBe('completed');
    });

    it('ends in a refusal, not in a loop, if the browser sends no cookie with the second post either', async () => {
      const page = await postFromVendor('result=yes');
      const reply = await postAgain(page, new StepBrowser(host));
      expect(reply.status).toBe(401);
      expect(host.refused).toMatchObject([{ code: 'step_session_missing' }]);
    });

    it('of another login is refused', async () => {
      const other = new StepBrowser(host);
      await other.arrive(tokenWith({ steps: ['by-post'], sub: 'auth0|other' }));
      expect((await postAgain(await postFromVendor('result=yes'), other)).status).toBe(401);
    });

    it('changes nothing after the first result', async () => {
      const [first, second] = [await postFromVendor('result=first'), await postFromVendor('result=second')];
      const tab = browser.copy();
      await postAgain(first);
      expect(continueClaimsOf(await postAgain(second, tab)).steps).toEqual({ 'by-post': { result: 'first' } });
    });

    it('can have 50 fields', async () => {
      const fields = new URLSearchParams(Array.from({ length: 50 }, (_, n): [string, string] => [`f${n}`, '']));
      expect((await postFromVendor(fields.toString())).status).toBe(200);
    });

    it.each<[string, string, Record<string, string>, string]>([
      ['that is JSON', '{"result":"yes"}', { 'content-type': 'application/json' }, 'form_not_valid'],
      [
        'with 51 fields',
        new URLSearchParams(Array.from({ length: 51 }, (_, n): [string, string] => [`f${n}`, ''])).toString(),
        {},
        'form_not_valid',
      ],
      ['that is too large', `result=${'x'.repeat(65_536)}`, {}, 'form_too_large'],
    ])('%s is refused', async (_name, body, headers, code) => {
      expect((await postFromVendor(body, back, headers)).status).toBeGreaterThanOrEqual(400);
      expect(host.refused).toMatchObject([{ code }]);
    });

    it('with a malformed login id is refused', async () => {
      expect((await postFromVendor('result=yes', '/redirect/steps/by-post/return?login="><script>')).status).toBe(401);
      expect(host.refused).toMatchObject([{ code: 'step_session_missing' }]);
    });

    it('leads to the page of the step if the other site uses GET', async () => {
      expect((await browser.get(`${back}&result=yes`)).status).toBe(303);
      expect((await browser.get()).body).toContain('Go there.');
    });

    it('is refused by a step that did not ask for it, and by unknown steps', async () => {
      for (const target of [await handedOff('by-get'), back.replace('by-post', 'unknown')]) {
        expect((await postFromVendor('result=yes', target)).status).toBe(405);
        expect((await browser.post({ result: 'yes' }, target)).status).toBe(405);
      }
    });

    it('uses the language of the browser', async () => {
      const { body } = await postFromVendor('result=yes', back, { 'accept-language': 'de' });
      expect(body).toContain('<html lang="de"');
    });
  });
});
