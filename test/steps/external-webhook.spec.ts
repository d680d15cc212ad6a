import { createHmac } from 'node:crypto';
import { ADAPTERS, type HostApplication, type Reply } from '../harness/application.js';
import { continueClaimsOf, type StepBrowser } from '../harness/step-browser.js';
import { NOW, type Members } from '../harness/tokens.js';
import { recordStepLog } from '../harness/vendor.js';
import { arrived, arrivedTwice, hostWith, listedSignature, WEBHOOK_SECRET } from '../harness/vendor-api.js';

const lines = recordStepLog();
const messages = (): string[] => lines.map((line) => (line as { message: string }).message);

const OPTIONS = {
  vendor: 'Identity Inc.',
  url: 'https://vendor.example/check',
  webhook: {
    signature: 'stripe',
    secret: WEBHOOK_SECRET,
    handle: '$.data.object.client_reference_id',
    status: '$.type',
    accepted: ['session.verified'],
    declined: ['session.canceled'],
    claims: { document: "$.data.object['document-type']" },
  },
};

const DECLINED = { outcome: 'denied', error: 'external_declined' };

/** Returns an event of the vendor in the format of Stripe. */
function eventOf(handle: string, type = 'session.verified', object: Members = {}): string {
  return JSON.stringify({
    type,
    data: { object: { client_reference_id: handle, 'document-type': 'visa', ...object } },
  });
}

/** A user at the vendor. */
interface Visit {
  readonly browser: StepBrowser;
  readonly handle: string;
  /** Paths of the step's page and of the return. */
  readonly page: string;
  readonly back: string;
}

async function goneThere(host: HostApplication, browser?: StepBrowser, page?: string): Promise<Visit> {
  const person = browser ?? (await arrived(host));
  const at = page ?? person.location;
  await person.post({}, at);
  const { searchParams } = new URL(person.location);
  person.location = at;
  const { pathname, search } = new URL(searchParams.get('return_to') ?? '');
  return { browser: person, handle: searchParams.get('handle') ?? '', page: at, back: pathname + search };
}

async function post(host: HostApplication, body: string, headers: Record<string, string>): Promise<number> {
  const call = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
  return (await host.request('/redirect/steps/external/webhook', call)).status;
}

/** Returns from the vendor, and follows redirects to a page. */
async function comeBack({ browser, back }: Visit): Promise<Reply> {
  await browser.get(back);
  const reply = await browser.get();
  return reply.status === 303 ? browser.get() : reply;
}

describe.each(ADAPTERS)('a vendor that sends its result, on %s', (adapter) => {
  let host: HostApplication;
  let visit: Visit;
  beforeAll(async () => {
    host = await hostWith(adapter, OPTIONS);
  });
  beforeEach(async () => {
    host.clock.milliseconds = NOW * 1000;
    host.refused.length = 0;
    visit = await goneThere(host);
  });
  afterAll(async () => host.stop());

  const send = async (body: string): Promise<number> =>
    post(host, body, { 'stripe-signature': listedSignature(body, { time: host.clock.milliseconds / 1000 }) });
  const isWaiting = ({ body }: Reply): boolean => body.includes('Waiting for Identity Inc.');

  it('sends it while the person waits', async () => {
    expect(isWaiting(await comeBack(visit))).toBe(true);
    expect(await send(eventOf(visit.handle))).toBe(200);
    await visit.browser.get();
    expect(continueClaimsOf(await visit.browser.get())).toMatchObject({
      outcome: 'completed',
      steps: { external: { document: 'visa', verifiedAt: '2026-11-23T12:00:00.000Z' } },
    });
  });

  it('sends it before the person returns', async () => {
    await send(eventOf(visit.handle));
    expect(continueClaimsOf(await comeBack(visit)).outcome).toBe('completed');
  });

  it('sends it to a person who came back to the page without the return address', async () => {
    await send(eventOf(visit.handle));
    expect((await visit.browser.get(visit.page)).status).toBe(303);
    expect(continueClaimsOf(await visit.browser.get()).outcome).toBe('completed');
  });

  it('sends it twice, then another one, and the first result counts', async () => {
    const event = eventOf(visit.handle);
    expect([await send(event), await send(event), await send(eventOf(visit.handle, 'session.canceled'))]).toEqual([
      200, 200, 200,
    ]);
    expect(continueClaimsOf(await comeBack(visit)).outcome).toBe('completed');
    expect(await send(event)).toBe(200);
  });

  it('declines', async () => {
    await send(eventOf(visit.handle, 'session.canceled'));
    expect(continueClaimsOf(await comeBack(visit))).toMatchObject({ outcome: 'denied', error: 'external_declined' });
  });

  it('sends other events, which change nothing', async () => {
    for (const body of [
      eventOf(visit.handle, 'session.created'),
      '[]',
      eventOf('unknown'),
      '{"type":"session.verified"}',
    ])
      expect(await send(body)).toBe(200);
    const headers = { 'stripe-signature': listedSignature('not JSON'), 'content-type': 'text/plain' };
    expect(await post(host, 'not JSON', headers)).toBe(200);
    expect(isWaiting(await comeBack(visit))).toBe(true);
    expect(messages()).toEqual(['a webhook delivered a result that no login expects']);
  });

  it('sends results to each login', async () => {
    const other = await goneThere(host);
    await send(eventOf(other.handle));
    expect(isWaiting(await comeBack(visit))).toBe(true);
    expect(continueClaimsOf(await comeBack(other)).outcome).toBe('completed');
  });

  it('sends a result of an expired login', async () => {
    host.clock.milliseconds += 900_000;
    expect(await send(eventOf(visit.handle))).toBe(200);
    expect(messages()).toEqual(['a webhook delivered a result that no login expects']);
  });

  it('sends the result of the first of two tabs', async () => {
    const tab = await goneThere(host, visit.browser.copy(), visit.page);
    await send(eventOf(visit.handle));
    expect(continueClaimsOf(await comeBack(tab)).outcome).toBe('completed');
  });

  it('sends too large a result', async () => {
    expect(await send(eventOf(visit.handle, 'session.verified', { 'document-type': 'x'.repeat(5000) }))).toBe(200);
    expect(messages()).toEqual(['the result of a webhook was rejected: claims_too_large']);
    expect(isWaiting(await comeBack(visit))).toBe(true);
  });

  it('sends a result that is nested too deeply', async () => {
    const event = eventOf(visit.handle).replace('"visa"', '['.repeat(20_000) + ']'.repeat(20_000));
    expect(await send(event)).toBe(200);
    expect(messages()).toEqual(['the result of a webhook was rejected: claims_too_large']);
    expect(isWaiting(await comeBack(visit))).toBe(true);
  });

  it('does not end the login with a forged return address', async () => {
    await visit.browser.get(`${visit.back}&status=session.verified&handle=${visit.handle}`);
    expect(isWaiting(await visit.browser.get())).toBe(true);
  });

  it('leaves neither handle nor result in the log', async () => {
    await send(eventOf(visit.handle));
    expect(JSON.stringify(lines)).not.toContain(visit.handle);
    expect(JSON.stringify(lines)).not.toContain('visa');
    expect(messages()).toEqual(['a webhook delivered a result']);
  });
});

describe('the signature of a webhook', () => {
  const hmac = (content: string, encoding: 'hex' | 'base64' = 'hex', secret = WEBHOOK_SECRET): string =>
    createHmac('sha256', secret).update(content).digest(encoding);
  const BODY = '{"a": 1}';
  const good = listedSignature(BODY);
  const [, v1 = ''] = good.split(',');
  const slack = {
    header: 'X-Slack-Signature',
    prefix: 'v0=',
    timestampHeader: 'X-Slack-Request-Timestamp',
    content: 'v0:{timestamp}:{body}',
  };
  const github = { header: 'X-Hub-Signature-256', prefix: 'sha256=' };
  const timed = { header: 'Webhook-Signature', encoding: 'base64', timestampHeader: 'Webhook-Timestamp' };

  it.each<[string, unknown, Record<string, string>]>([
    ['of Stripe', 'stripe', { 'stripe-signature': good }],
    ['of Stripe, with several v1', 'stripe', { 'stripe-signature': `t=${NOW},v1=00ff,${v1},v0=${v1}` }],
    ['of Stripe, 300 seconds old', 'stripe', { 'stripe-signature': listedSignature(BODY, { time: NOW - 300 }) }],
    ['of Persona', 'persona', { 'persona-signature': good }],
    [
      'of Persona, with a rotated secret',
      'persona',
      { 'persona-signature': `${listedSignature(BODY, { secret: 'the next secret' })} ${good}` },
    ],
    ['with a prefix', github, { 'x-hub-signature-256': `sha256=${hmac(BODY)}` }],
    [
      'with a time in base64',
      timed,
      { 'webhook-signature': hmac(`${NOW}.${BODY}`, 'base64'), 'webhook-timestamp': String(NOW) },
    ],
    [
      'of a content of its own',
      slack,
      { 'x-slack-signature': `v0=${hmac(`v0:${NOW}:${BODY}`)}`, 'x-slack-request-timestamp': String(NOW) },
    ],
  ])('%s is accepted', async (_name, signature, headers) => {
    expect(await statusOf(signature, headers)).toBe(200);
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['that is missing', 'stripe', {}],
    ['that is empty', 'stripe', { 'stripe-signature': '' }],
    ['without v1', 'stripe', { 'stripe-signature': `t=${NOW}` }],
    ['with an empty v1', 'stripe', { 'stripe-signature': `t=${NOW},v1=` }],
    ['of version 0', 'stripe', { 'stripe-signature': good.replace('v1=', 'v0=') }],
    ['without a time', 'stripe', { 'stripe-signature': v1 }],
    ['with another time', 'stripe', { 'stripe-signature': `t=${NOW + 1},${v1}` }],
    ['that is too old', 'stripe', { 'stripe-signature': listedSignature(BODY, { time: NOW - 301 }) }],
    ['from the future', 'stripe', { 'stripe-signature': listedSignature(BODY, { time: NOW + 301 }) }],
    ['of another body', 'stripe', { 'stripe-signature': listedSignature(`${BODY} `) }],
    ['with another secret', 'stripe', { 'stripe-signature': listedSignature(BODY, { secret: `${WEBHOOK_SECRET} ` }) }],
    ['that is cut', 'stripe', { 'stripe-signature': good.slice(0, -2) }],
    ['in another header', 'stripe', { 'persona-signature': good }],
    ['that is too long', 'stripe', { 'stripe-signature': `${good},${'v1=00,'.repeat(1000)}` }],
    ['without its prefix', github, { 'x-hub-signature-256': hmac(BODY) }],
    ['in another encoding', github, { 'x-hub-signature-256': `sha256=${hmac(BODY, 'base64')}` }],
    ['without its time', timed, { 'webhook-signature': hmac(`${NOW}.${BODY}`, 'base64') }],
    [
      'with an old time',
      timed,
      { 'webhook-signature': hmac(`${NOW - 301}.${BODY}`, 'base64'), 'webhook-timestamp': String(NOW - 301) },
    ],
  ])('%s is rejected', async (_name, signature, headers) => {
    expect(await statusOf(signature, headers)).toBe(401);
    expect(messages()).toEqual(['a webhook was rejected: signature_invalid']);
  });

  const hosts = new Map<unknown, Promise<HostApplication>>();
  afterAll(async () => {
    for (const host of hosts.values()) await (await host).stop();
  });
  async function statusOf(signature: unknown, headers: Record<string, string>): Promise<number> {
    const host =
      hosts.get(signature) ?? hostWith('express', { ...OPTIONS, webhook: { ...OPTIONS.webhook, signature } });
    hosts.set(signature, host);
    return post(await host, BODY, headers);
  }
});

describe('a vendor that has declined', () => {
  const start = async (options: object): Promise<HostApplication> => hostWith('express', { ...OPTIONS, ...options });
  const decline = async (host: HostApplication, visit: Visit): Promise<Reply> => {
    const body = eventOf(visit.handle, 'session.canceled');
    await post(host, body, { 'stripe-signature': listedSignature(body) });
    return comeBack(visit);
  };

  it('ends the login of everybody with the same link, if there is one attempt', async () => {
    const host = await start({ attempts: 1 });
    const [browser, other] = await arrivedTwice(host);
    expect(continueClaimsOf(await decline(host, await goneThere(host, browser)))).toMatchObject(DECLINED);
    expect(continueClaimsOf(await other.post({}))).toMatchObject(DECLINED);
    await host.stop();
  });

  it('can be tried again as often as configured', async () => {
    const host = await start({ attempts: 2 });
    const first = await goneThere(host);
    const page = await decline(host, first);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<h1>The check was not successful</h1>');
    expect(page.body).toContain('<button type="submit">Try again</button>');
    expect(page.body).not.toContain('Try another way');
    const second = await goneThere(host, first.browser, first.page);
    expect(second.handle).not.toBe(first.handle);
    expect(continueClaimsOf(await decline(host, second))).toMatchObject({ error: 'external_declined' });
    await host.stop();
  });

  it('can approve the second attempt', async () => {
    const host = await start({ attempts: 2 });
    const first = await goneThere(host);
    await decline(host, first);
    const second = await goneThere(host, first.browser, first.page);
    const body = eventOf(second.handle);
    await post(host, body, { 'stripe-signature': listedSignature(body) });
    expect(continueClaimsOf(await comeBack(second)).outcome).toBe('completed');
    await host.stop();
  });

  it('lets the user choose another way, if there is one', async () => {
    const host = await start({ alternative: true });
    const visit = await goneThere(host);
    const page = await decline(host, visit);
    expect(page.body).toContain('<button type="submit" name="alternative" value="yes">Try another way</button>');
    expect(page.body).not.toContain('>Try again</button>');
    expect((await visit.browser.post({}, visit.page)).status).toBe(303);
    expect(visit.browser.location).toBe(visit.page);
    expect(continueClaimsOf(await visit.browser.post({ alternative: 'yes' }))).toMatchObject({
      outcome: 'completed',
      steps: { external: { declined: true, alternative: 'chosen' } },
    });
    await host.stop();
  });

  it('lets the user end the sign-in', async () => {
    const host = await start({ attempts: 3 });
    const visit = await goneThere(host);
    await decline(host, visit);
    expect(continueClaimsOf(await visit.browser.post({ end: 'yes' }))).toMatchObject({ error: 'external_declined' });
    await host.stop();
  });

  it.each([{ alternative: 'yes' }, { end: 'yes' }])('is not skipped by posting %j before', async (fields) => {
    const host = await start({ alternative: true });
    const browser = await arrived(host);
    await browser.post(fields);
    expect(browser.location).toMatch(/^https:\/\/vendor\.example\/check\?/);
    await host.stop();
  });

  it('offers no other way unless it is configured', async () => {
    const host = await start({ attempts: 2 });
    const visit = await goneThere(host);
    await decline(host, visit);
    await visit.browser.post({ alternative: 'yes' }, visit.page);
    expect(visit.browser.location).toMatch(/^https:\/\/vendor\.example\/check\?/);
    await host.stop();
  });
});
