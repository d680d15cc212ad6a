import { Injectable } from '@nestjs/common';
import { IsString } from 'class-validator';
import { completed, Step, type Completed, type StepContext } from '../../src/auth-redirect/steps/step.js';
import type { StepView } from '../../src/auth-redirect/pages/step-view.js';
import { redisReplayStore } from '../../src/redis/index.js';
import { HostApplication } from '../harness/application.js';
import { RedisServer } from '../harness/redis-server.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { tokenWith } from '../harness/tokens.js';

class WordForm {
  @IsString()
  word!: string;
}

const effects: string[] = [];

@Injectable()
class PayStep extends Step<WordForm, string> {
  readonly id = 'pay';
  readonly form = WordForm;
  view(): StepView {
    return { template: 'terms', title: 'Pay', model: { introduction: null, documents: [] } };
  }
  async submit(_context: StepContext, { word }: WordForm): Promise<Completed<string>> {
    effects.push(word);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return completed(word);
  }
}

describe('three replicas with one Redis', () => {
  let redis: RedisServer;
  let replicas: HostApplication[];
  beforeAll(async () => {
    redis = await RedisServer.start();
    replicas = await Promise.all(
      ['express', 'fastify', 'express'].map(async (adapter) =>
        HostApplication.start(adapter as 'express', {}, 'recorded', [PayStep], [], {
          replayStore: redisReplayStore({ url: redis.url, deadline: 5000 }),
        }),
      ),
    );
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await redis.stop();
  });

  it('run the side effect of a step once for 1,000 simultaneous posts of its form', async () => {
    const [first] = replicas as [HostApplication];
    const browser = new StepBrowser(first);
    await browser.arrive(tokenWith({ nonce: 'thousand' }));
    const posts = Array.from({ length: 1000 }, async (_post, index) =>
      browser.copy(replicas[index % 3]).post({ word: `word-${index}` }),
    );
    const replies = await Promise.all(posts);
    expect(effects).toHaveLength(1);
    const answers = new Set(replies.map((reply) => JSON.stringify(continueClaimsOf(reply).steps)));
    expect([...answers]).toEqual([JSON.stringify({ pay: effects[0] })]);
  });

  it('bind a token to one state', async () => {
    const token = tokenWith({ nonce: 'bound', steps: [] });
    const statuses = [];
    for (const [index, state] of ['a', 'a', 'b', 'a'].entries())
      statuses.push((await replicas[index % 3]?.redirect(token, state))?.status);
    expect(statuses).toEqual([200, 200, 409, 200]);
  });

  it('store no token, state or user in Redis', async () => {
    const browser = new StepBrowser(replicas[0] as HostApplication);
    await browser.arrive(tokenWith({ nonce: 'secret-nonce' }), 'secret-state');
    await browser.post({ word: 'secret-word' });
    const keys = (await redis.command('keys', '*')) as string[];
    const values = await Promise.all(keys.map(async (key) => redis.command('get', key)));
    const stored = JSON.stringify([keys, values]);
    expect(stored.length).toBeGreaterThan(100);
    for (const secret of ['secret-nonce', 'secret-state', 'secret-word', 'auth0|'])
      expect(stored).not.toContain(secret);
  });
});
