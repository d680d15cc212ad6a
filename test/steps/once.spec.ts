import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { Clock } from '../../src/auth-redirect/clock.js';
import type { StepEndedEvent } from '../../src/auth-redirect/options/events.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { MemoryReplayStore } from '../../src/auth-redirect/replay/memory-replay-store.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { LEASE_MS } from '../../src/auth-redirect/steps/step-results.service.js';
import { STEP_SESSION_MAX_BYTES } from '../../src/auth-redirect/steps/step-session-cookies.js';
import {
  completed,
  denied,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import { ADAPTERS, HostApplication, type AdapterName, type Reply } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { NOW, tokenWith } from '../harness/tokens.js';

jest.mock('node:timers/promises', () => ({
  setTimeout: async (milliseconds: number) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
}));

/** Number of valid forms posted to any host. */
let posted = 0;

const CountsPosts = (): PropertyDecorator =>
  ValidateBy({ name: 'countsPosts', validator: { validate: () => (posted += 1) > 0 } });

class WordForm {
  @CountsPosts()
  word!: string;
}

let effects: string[] = [];
let ended: string[] = [];
let work: (word: string) => Promise<void> = async () => {};
/** Functions that end unfinished work. */
const unfinished: (() => void)[] = [];
const contexts: StepContext[] = [];

@Injectable()
class PayStep extends Step<WordForm, string> {
  readonly id: string = 'pay';
  readonly form = WordForm;
  view(context: StepContext): StepView {
    contexts.push(context);
    return { template: 'terms', title: 'Pay', model: { introduction: null, documents: [] } };
  }
  async submit(_context: StepContext, { word }: WordForm): Promise<StepResult<WordForm, string>> {
    effects.push(word);
    await work(word);
    if (word === 'wrong') return invalid<WordForm>({ word: 'No.' });
    if (word.startsWith('long')) return completed('x'.repeat(Number(word.slice(4))));
    return word === 'deny' ? denied('no_money', 'Sorry. '.repeat(1000)) : completed(word);
  }
}

@Injectable()
class TipStep extends PayStep {
  override readonly id = 'tip';
}

/** A clock that follows the fake timers of the test. */
class TimerClock extends Clock {
  now(): number {
    return NOW * 1000 + performance.now();
  }
}

/** A shared store with faults between the replicas and the store. */
class FaultyStore extends ReplayStore {
  readonly #store = new MemoryReplayStore(new TimerClock());
  /** Owner of each lease that was requested, in order. */
  leases: string[] = [];
  /** Length of each value that was stored. */
  lengths: number[] = [];
  beforeLease: (owner: string) => Promise<void> = async () => {};
  afterLease: () => void = () => {};
  afterRemember: () => void = () => {};

  reset(): void {
    Object.assign(this, new FaultyStore());
  }

  remember(key: string, value: string, expiresAt: number): string {
    this.lengths.push(value.length);
    const stored = this.#store.remember(key, value, expiresAt);
    this.afterRemember();
    return stored;
  }

  recall(key: string): string | undefined {
    return this.#store.recall(key);
  }

  count(key: string, expiresAt: number): number {
    return this.#store.count(key, expiresAt);
  }

  async lease(key: string, owner: string, milliseconds: number): Promise<boolean> {
    this.leases.push(owner);
    await this.beforeLease(owner);
    const isHeld = this.#store.lease(key, owner, milliseconds);
    this.afterLease();
    return isHeld;
  }

  release(key: string, owner: string): void {
    this.#store.release(key, owner);
  }
}

function failing(times: number): () => void {
  let failures = 0;
  return () => {
    failures += 1;
    if (failures <= times) throw new Error('the connection is gone');
  };
}

const hosts: HostApplication[] = [];

async function startHost(adapter: AdapterName, store?: ReplayStore): Promise<HostApplication> {
  const onStepEnded = ({ step, outcome }: StepEndedEvent): void => void ended.push(`${step} ${outcome}`);
  const made = store ? { replayStore: { useFactory: () => store } } : {};
  const host = await HostApplication.start(adapter, { onStepEnded }, 'recorded', [PayStep, TipStep], [], made);
  hosts.push(host);
  return host;
}

async function begin(host: HostApplication, steps: readonly string[] = ['pay']): Promise<StepBrowser> {
  const browser = new StepBrowser(host);
  await browser.arrive(tokenWith({ nonce: randomUUID(), steps }));
  return browser;
}

const stepsOf = (reply: Reply): unknown => continueClaimsOf(reply).steps;

/** Waits for requests and replies while the clock stands still. */
async function until(condition: () => boolean): Promise<void> {
  const startedAt = process.hrtime.bigint();
  while (!condition()) {
    if (process.hrtime.bigint() - startedAt > 20_000_000_000n) throw new Error('waited in vain');
    await new Promise(setImmediate);
  }
}

/** Posts a form, and waits until it has reached the step. */
async function post(browser: StepBrowser, word: string): Promise<{ readonly reply: Promise<Reply> }> {
  const before = posted;
  const reply = browser.copy().post({ word });
  await until(() => posted > before);
  return { reply };
}

/** Posts a form whose step does not end before `finish` is called. */
async function postUnfinished(browser: StepBrowser, word: string) {
  let finish = (): void => {};
  work = async () => new Promise((resolve) => void unfinished.push((finish = resolve)));
  const before = effects.length;
  const { reply } = await post(browser, word);
  await until(() => effects.length > before);
  work = async () => {};
  return { reply, finish };
}

/** Advances the clock until the reply has arrived, and returns the elapsed milliseconds. */
async function waited(reply: Promise<Reply>): Promise<number> {
  const startedAt = performance.now();
  const replies: Reply[] = [];
  void reply.then((arrived) => replies.push(arrived));
  while (replies.length === 0 && performance.now() - startedAt < 60_000) {
    await jest.advanceTimersByTimeAsync(100);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }
  return performance.now() - startedAt;
}

beforeEach(() => {
  effects = [];
  ended = [];
  contexts.length = 0;
  work = async () => {};
  jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => {
  for (const finish of unfinished.splice(0)) finish();
  jest.useRealTimers();
});
afterAll(async () => {
  for (const host of hosts) await host.stop();
});

describe.each(ADAPTERS)('a step of one login on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    host = await startHost(adapter);
  });
  beforeEach(async () => {
    host.clock.milliseconds = NOW * 1000;
    browser = await begin(host);
  });

  it('runs once for a hundred posts at the same time, and all get the same result', async () => {
    const first = await postUnfinished(browser, 'first');
    const before = posted;
    const others = Array.from({ length: 99 }, async (_word, index) => browser.copy().post({ word: `word-${index}` }));
    await until(() => posted === before + 99);
    first.finish();
    for (const reply of await Promise.all([first.reply, ...others])) expect(stepsOf(reply)).toEqual({ pay: 'first' });
    expect(effects).toEqual(['first']);
    expect(ended).toEqual(['pay completed']);
  });

  it('lets 200 posts wait at most', async () => {
    const first = await postUnfinished(browser, 'first');
    const before = posted;
    const others = Array.from({ length: 250 }, async () => browser.copy().post({ word: 'other' }));
    await until(() => posted === before + 250);
    while (host.refused.length < 50) await new Promise(setImmediate);
    expect(new Set(host.refused.map(({ code }) => code))).toEqual(new Set(['step_in_progress']));
    first.finish();
    const replies = await Promise.all(others);
    const refusals = replies.filter(({ status }) => status === 503);
    expect(refusals).toHaveLength(50);
    expect(refusals[0]?.headers['retry-after']).toBe('8');
    expect(refusals[0]?.body).toContain('Wait 8 seconds.');
    expect(effects).toEqual(['first']);
  });

  it('runs once for an old cookie, in this browser and in another', async () => {
    const before = browser.copy();
    expect(stepsOf(await browser.post({ word: 'first' }))).toEqual({ pay: 'first' });
    expect(stepsOf(await before.post({ word: 'second' }))).toEqual({ pay: 'first' });
    expect(effects).toEqual(['first']);
    expect(ended).toEqual(['pay completed']);
  });

  it('stays denied for an old cookie', async () => {
    const before = browser.copy();
    expect(continueClaimsOf(await browser.post({ word: 'deny' }))).toMatchObject({ error: 'no_money' });
    expect(continueClaimsOf(await before.post({ word: 'second' }))).toMatchObject({ error: 'no_money' });
    expect(effects).toEqual(['deny']);
    expect(ended).toEqual(['pay denied']);
  });

  it('runs again after an invalid form, and after an exception', async () => {
    expect((await browser.post({ word: 'wrong' })).status).toBe(422);
    work = async () => Promise.reject(new Error('down'));
    expect((await browser.post({ word: 'first' })).status).toBe(500);
    work = async () => {};
    expect(stepsOf(await browser.post({ word: 'second' }))).toEqual({ pay: 'second' });
    expect(ended).toEqual(['pay completed']);
  });

  it('lets a waiting post run after an invalid form', async () => {
    const first = await postUnfinished(browser, 'wrong');
    const second = await post(browser, 'second');
    first.finish();
    expect((await first.reply).status).toBe(422);
    expect(stepsOf(await second.reply)).toEqual({ pay: 'second' });
  });

  it('refuses a post after 15 seconds of waiting, and answers the next one with the result', async () => {
    const first = await postUnfinished(browser, 'first');
    const second = await post(browser, 'second');
    expect(await waited(second.reply)).toBeCloseTo(15_000, -3);
    expect((await second.reply).status).toBe(503);
    expect(host.refused.at(-1)).toMatchObject({ code: 'step_in_progress' });
    first.finish();
    expect(stepsOf(await first.reply)).toEqual({ pay: 'first' });
    expect(stepsOf(await browser.copy().post({ word: 'third' }))).toEqual({ pay: 'first' });
  });

  it('refuses a waiting post when the session token expires', async () => {
    const first = await postUnfinished(browser, 'first');
    host.clock.milliseconds += 899_500;
    const second = await post(browser, 'second');
    host.clock.milliseconds += 500;
    expect(await waited(second.reply)).toBeLessThan(1000);
    expect(host.refused.at(-1)).toMatchObject({ code: 'token_expired' });
    expect(effects).toEqual(['first']);
    first.finish();
    await first.reply;
  });

  describe('that the user cancels', () => {
    const description = 'You canceled the sign-in. Sign in again to continue.';
    const CANCELLED = { outcome: 'denied', error: 'cancelled', error_description: description };

    it('keeps the result of a post that was running', async () => {
      const first = await postUnfinished(browser, 'first');
      const cancel = browser.copy().post({ _cancel: 'yes' });
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      first.finish();
      expect(stepsOf(await first.reply)).toEqual({ pay: 'first' });
      expect(continueClaimsOf(await cancel)).toMatchObject({ outcome: 'completed', steps: { pay: 'first' } });
      expect(ended).toEqual(['pay completed']);
    });

    it('has one outcome for many posts and cancels at the same time, which is reported once', async () => {
      const forms = Array.from({ length: 40 }, (_form, index) =>
        index % 2 === 0 ? { _cancel: 'yes' } : { word: `word-${index}` },
      );
      const replies = await Promise.all(forms.map(async (form) => browser.copy().post(form as Record<string, string>)));
      const outcomes = new Set(replies.map((reply) => JSON.stringify(continueClaimsOf(reply))));
      expect([...outcomes]).toHaveLength(1);
      const [{ outcome }] = [...outcomes].map((claims) => JSON.parse(claims) as { outcome: string }) as [
        { outcome: string },
      ];
      expect(ended).toEqual([`pay ${outcome}`]);
      expect(effects).toHaveLength(outcome === 'completed' ? 1 : 0);
    });

    it('stays cancelled for an old cookie, and is reported once', async () => {
      const before = browser.copy();
      expect(continueClaimsOf(await browser.post({ _cancel: 'yes' }))).toMatchObject(CANCELLED);
      expect(continueClaimsOf(await before.post({ word: 'first' }))).toMatchObject(CANCELLED);
      expect(continueClaimsOf(await before.post({ _cancel: 'yes' }))).toMatchObject(CANCELLED);
      expect(effects).toEqual([]);
      expect(ended).toEqual(['pay denied']);
    });

    it('stays cancelled for a cookie from an earlier step', async () => {
      const both = await begin(host, ['pay', 'tip']);
      const before = both.copy();
      await both.post({ word: 'first' });
      expect(continueClaimsOf(await both.post({ _cancel: 'yes' }))).toMatchObject(CANCELLED);
      expect((await before.post({ word: 'second' })).status).toBe(303);
      const last = continueClaimsOf(await before.post({ word: 'third' }));
      expect(last).toMatchObject({ ...CANCELLED, steps: { pay: 'first' } });
      expect(ended).toEqual(['pay completed', 'tip denied']);
    });
  });

  it('stores values of this login and of this user that no browser can reset', async () => {
    const token = tokenWith({ nonce: randomUUID(), sub: `auth0|${adapter}` });
    const counts: number[][] = [];
    for (const arrival of [token, token, tokenWith({ nonce: randomUUID(), sub: `auth0|${adapter}` })]) {
      const other = new StepBrowser(host);
      await other.arrive(arrival, `state of ${arrival}`.slice(0, 500));
      await other.get();
      const { memory } = contexts.at(-1) ?? {};
      counts.push([(await memory?.count('a')) ?? 0, (await memory?.countForUser('a', 60)) ?? 0]);
    }
    expect(counts).toEqual([
      [1, 1],
      [2, 2],
      [1, 3],
    ]);
  });

  it('counts from 1 again after the window, and remembers the first value', async () => {
    await browser.get();
    const { memory } = contexts.at(-1) ?? {};
    const started = host.clock.milliseconds;
    expect([await memory?.count('pause', 60), await memory?.count('pause', 60)]).toEqual([1, 2]);
    host.clock.milliseconds = started + 59_999;
    expect(await memory?.count('pause', 60)).toBe(3);
    host.clock.milliseconds = started + 60_000;
    expect(await memory?.count('pause', 60)).toBe(1);
    host.clock.milliseconds = started;
    expect([await memory?.remember('a', 'one'), await memory?.remember('a', 'two')]).toEqual(['one', 'one']);
  });

  it('has secrets that are the same in every browser, and differ by login and name', async () => {
    const token = tokenWith({ nonce: randomUUID() });
    const secrets: string[] = [];
    for (const arrival of [token, token, tokenWith({ nonce: randomUUID() })]) {
      const other = new StepBrowser(host);
      await other.arrive(arrival, `state-${arrival.slice(-8)}`);
      await other.get();
      secrets.push(...['a', 'b'].map((name) => Buffer.from(contexts.at(-1)?.secret(name) ?? []).toString('hex')));
    }
    const [a, b, againA, againB, otherA] = secrets;
    expect([againA, againB]).toEqual([a, b]);
    expect(new Set([a, b, otherA]).size).toBe(3);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('replicas that share a store', () => {
  let store: FaultyStore;
  let first: HostApplication;
  let second: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    store = new FaultyStore();
    first = await startHost('express', store);
    second = await startHost('fastify', store);
  });
  beforeEach(async () => {
    store.reset();
    browser = await begin(first);
  });

  it('continue a login whose replica was killed, within 20 seconds and with one result', async () => {
    const killed = await postUnfinished(browser, 'killed');
    // A killed process renews no lease.
    const [owner] = store.leases;
    store.beforeLease = async (from) => (from === owner ? Promise.reject(new Error('killed')) : undefined);
    await jest.advanceTimersByTimeAsync(LEASE_MS / 2);
    const next = await post(browser.copy(second), 'next');
    const duration = await waited(next.reply);
    expect(duration).toBeGreaterThan(LEASE_MS / 2 - 2000);
    expect(duration).toBeLessThan(15_000);
    expect(stepsOf(await next.reply)).toEqual({ pay: 'next' });
    // If the replica was only frozen, it answers with the stored result, and reports nothing.
    killed.finish();
    expect(stepsOf(await killed.reply)).toEqual({ pay: 'next' });
    expect(ended).toEqual(['pay completed']);
  });

  it('answer with the stored result even while a replica that was frozen has the lease again', async () => {
    const frozen = await postUnfinished(browser, 'frozen');
    const [owner] = store.leases;
    store.beforeLease = async (from) => (from === owner ? Promise.reject(new Error('frozen')) : undefined);
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    expect(stepsOf(await browser.copy(second).post({ word: 'next' }))).toEqual({ pay: 'next' });
    store.beforeLease = async () => {};
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    const late = await post(browser.copy(second), 'late');
    expect(await waited(late.reply)).toBeLessThan(1000);
    expect(stepsOf(await late.reply)).toEqual({ pay: 'next' });
    frozen.finish();
    expect(stepsOf(await frozen.reply)).toEqual({ pay: 'next' });
    expect(ended).toEqual(['pay completed']);
  });

  it('find their own lease if the reply was lost', async () => {
    store.afterLease = failing(2);
    const { reply } = await post(browser, 'first');
    expect(await waited(reply)).toBeLessThan(1000);
    expect(stepsOf(await reply)).toEqual({ pay: 'first' });
    expect(effects).toEqual(['first']);
    expect(new Set(store.leases).size).toBe(1);
  });

  it('report a result once if the reply to storing it was lost', async () => {
    store.afterRemember = failing(2);
    const { reply } = await post(browser, 'first');
    expect(await waited(reply)).toBeLessThan(1000);
    expect(stepsOf(await reply)).toEqual({ pay: 'first' });
    expect(ended).toEqual(['pay completed']);
  });

  it('keep the lease while a slow step runs', async () => {
    const slow = await postUnfinished(browser, 'slow');
    await jest.advanceTimersByTimeAsync(60_000);
    const other = await post(browser.copy(second), 'other');
    expect(await waited(other.reply)).toBeCloseTo(15_000, -3);
    expect((await other.reply).status).toBe(503);
    expect(second.refused.at(-1)).toMatchObject({ code: 'step_in_progress' });
    slow.finish();
    expect(stepsOf(await slow.reply)).toEqual({ pay: 'slow' });
    expect(stepsOf(await browser.copy(second).post({ word: 'last' }))).toEqual({ pay: 'slow' });
    expect(effects).toEqual(['slow']);
  });

  it('stop renewing a minute after the session token has expired, even if the step never ends', async () => {
    const endless = await postUnfinished(browser, 'endless');
    first.clock.milliseconds += 960_000;
    const renewals = store.leases.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(store.leases).toHaveLength(renewals);
    endless.finish();
    await endless.reply;
    first.clock.milliseconds = NOW * 1000;
  });

  it('wait for 15 seconds by the clock, however long the store takes to answer', async () => {
    const running = await postUnfinished(browser, 'running');
    const [owner] = store.leases;
    const delay = async (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 900));
    store.beforeLease = async (from) => (from === owner ? undefined : delay());
    const other = await post(browser.copy(second), 'other');
    const duration = await waited(other.reply);
    expect(duration).toBeGreaterThanOrEqual(15_000);
    expect(duration).toBeLessThan(17_000);
    expect((await other.reply).status).toBe(503);
    running.finish();
    await running.reply;
  });

  it('let one post poll the store for all that wait in the same process, with growing pauses', async () => {
    const running = await postUnfinished(browser, 'running');
    const [owner] = store.leases;
    const before = posted;
    const others = Array.from({ length: 200 }, async () => browser.copy(second).post({ word: 'other' }));
    await until(() => posted === before + 200);
    await jest.advanceTimersByTimeAsync(5000);
    const polls = store.leases.filter((other) => other !== owner).length;
    expect(polls).toBeGreaterThan(5);
    expect(polls).toBeLessThan(30);
    running.finish();
    await running.reply;
    expect(await waited(Promise.all(others).then(([reply]) => reply as Reply))).toBeLessThan(1000);
    for (const reply of await Promise.all(others)) expect(stepsOf(reply)).toEqual({ pay: 'running' });
  });

  it('never store more than a step session can hold', async () => {
    for (const word of ['deny', 'long2000', 'long6500', 'long7000', 'long9000', 'long100000']) {
      await (await begin(first)).post({ word });
    }
    expect(Math.max(...store.lengths)).toBeGreaterThan(8000);
    expect(Math.max(...store.lengths)).toBeLessThanOrEqual(STEP_SESSION_MAX_BYTES);
  });
});
