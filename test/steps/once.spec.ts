import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { Clock } from '../../src/auth-redirect/clock.js';
import {
  completed,
  denied,
  invalid,
  Step,
  type StepContext,
  type StepResult,
} from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

class WordForm {
  @IsString()
  word!: string;
}

let effects: string[] = [];
let work: (word: string) => Promise<void> = async () => {};
const contexts: StepContext[] = [];

@Injectable()
class PayStep extends Step<WordForm, string> {
  readonly id = 'pay';
  readonly form = WordForm;
  view(context: StepContext): StepView {
    contexts.push(context);
    return { template: 'terms', title: 'Pay', model: { documentTitle: '', text: null, url: null, acceptLabel: '' } };
  }
  async submit(_context: StepContext, { word }: WordForm): Promise<StepResult<WordForm, string>> {
    effects.push(word);
    await work(word);
    if (word === 'wrong') return invalid<WordForm>({ word: 'No.' });
    return word === 'deny' ? denied('no_money', 'Sorry.') : completed(word);
  }
}

describe.each(ADAPTERS)('a step of one login on %s', (adapter) => {
  let host: HostApplication;
  let browser: StepBrowser;
  beforeAll(async () => {
    host = await HostApplication.start(adapter, {}, 'recorded', [PayStep]);
  });
  beforeEach(async () => {
    effects = [];
    contexts.length = 0;
    host.refused.length = 0;
    work = async () => {};
    browser = new StepBrowser(host);
    await browser.arrive(tokenWith({ nonce: crypto.randomUUID() }));
  });
  afterAll(async () => host.stop());
  const paidWith = (reply: Parameters<typeof continueClaimsOf>[0]): unknown => continueClaimsOf(reply).steps;

  it('works once for a hundred posts at the same time, and answers all of them alike', async () => {
    work = async () => new Promise((resolve) => setTimeout(resolve, 20));
    const words = Array.from({ length: 100 }, (_word, index) => `word-${index}`);
    const replies = await Promise.all(words.map(async (word) => browser.copy().post({ word })));
    expect(effects).toHaveLength(1);
    for (const reply of replies) expect(paidWith(reply)).toEqual({ pay: effects[0] });
  });

  it('works once for a cookie that is played back, in this browser and in another', async () => {
    const before = browser.copy();
    expect(paidWith(await browser.post({ word: 'first' }))).toEqual({ pay: 'first' });
    expect(paidWith(await before.post({ word: 'second' }))).toEqual({ pay: 'first' });
    expect(effects).toEqual(['first']);
  });

  it('stays denied for a cookie that is played back', async () => {
    const before = browser.copy();
    expect(continueClaimsOf(await browser.post({ word: 'deny' }))).toMatchObject({ error: 'no_money' });
    expect(continueClaimsOf(await before.post({ word: 'second' }))).toMatchObject({ error: 'no_money' });
    expect(effects).toEqual(['deny']);
  });

  it('works again after what was wrong, and after a fault', async () => {
    expect((await browser.post({ word: 'wrong' })).status).toBe(422);
    work = async () => Promise.reject(new Error('down'));
    expect((await browser.post({ word: 'first' })).status).toBe(500);
    work = async () => {};
    expect(paidWith(await browser.post({ word: 'second' }))).toEqual({ pay: 'second' });
  });

  it('waits for no longer than its login lasts', async () => {
    let finish = (): void => {};
    work = async () => new Promise((resolve) => void (finish = resolve));
    const first = browser.copy().post({ word: 'first' });
    while (effects.length === 0) await new Promise(setImmediate);
    const second = browser.copy().post({ word: 'second' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const clock = host.clock as Clock & { milliseconds: number };
    const started = clock.milliseconds;
    clock.milliseconds += 900_000;
    expect((await second).status).toBe(401);
    expect(effects).toEqual(['first']);
    finish();
    await first;
    clock.milliseconds = started;
  });

  it('has a memory that no browser resets, of this login and of this user', async () => {
    const token = tokenWith({ nonce: 'n', sub: 'auth0|memory' });
    const counts: number[][] = [];
    for (const arrival of [token, token, tokenWith({ nonce: 'other', sub: 'auth0|memory' })]) {
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

  it('counts anew after the window, and remembers the first value', async () => {
    await browser.get();
    const { memory } = contexts.at(-1) ?? {};
    const clock = host.clock as Clock & { milliseconds: number };
    const started = clock.milliseconds;
    expect([await memory?.count('pause', 60), await memory?.count('pause', 60)]).toEqual([1, 2]);
    clock.milliseconds = started + 59_999;
    expect(await memory?.count('pause', 60)).toBe(3);
    clock.milliseconds = started + 60_000;
    expect(await memory?.count('pause', 60)).toBe(1);
    clock.milliseconds = started;
    expect([await memory?.remember('a', 'one'), await memory?.remember('a', 'two')]).toEqual(['one', 'one']);
  });

  it('has secrets of its own, the same in every browser', async () => {
    const token = tokenWith({ nonce: 's' });
    const secrets: string[] = [];
    for (const arrival of [token, token, tokenWith({ nonce: 't' })]) {
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

it('a step refuses a post while an earlier one never comes back', async () => {
  const host = await HostApplication.start('express', {}, 'recorded', [PayStep]);
  const browser = new StepBrowser(host);
  await browser.arrive(tokenWith({ nonce: 'stuck' }));
  effects = [];
  let finish = (): void => {};
  work = async () => new Promise((resolve) => void (finish = resolve));
  const first = browser.copy().post({ word: 'first' });
  while (effects.length === 0) await new Promise(setImmediate);
  expect((await browser.copy().post({ word: 'second' })).status).toBe(503);
  expect(host.refused.at(-1)).toMatchObject({ code: 'step_in_progress' });
  finish();
  expect(continueClaimsOf(await first).steps).toEqual({ pay: 'first' });
  await host.stop();
});
