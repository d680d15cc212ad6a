import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { send, type Reply, type Served } from '../harness/application.js';
import { RedisServer } from '../harness/redis-server.js';
import { ServiceProcess } from '../harness/service-process.js';
import { continueClaimsOf, StepBrowser } from '../harness/step-browser.js';
import { jws, sessionClaims } from '../harness/tokens.js';

/** A step whose side effect is a payment at the test's bank. */
const PAY_STEP = `
import { completed, Step } from 'nestjs-auth-redirect';

class PayStep extends Step {
  id = 'pay';
  form = class {};
  view() {
    return { template: 'terms', title: 'Pay', model: { introduction: null, documents: [] } };
  }
  async submit() {
    for (const path of ['open', 'pay']) await fetch(process.env.BANK + '/' + path + '?pid=' + process.pid);
    return completed(process.pid);
  }
}

export const steps = [PayStep];
`;

/** Records payments, and delays them until the test releases them. */
class Bank {
  /** Process ids of replicas that began a payment, and of replicas that completed one. */
  readonly opened: number[] = [];
  readonly paid: number[] = [];
  #waiting: ServerResponse[] = [];
  #isOpen = false;

  private constructor(private readonly server: Server) {
    server.on('request', ({ url = '' }, response) => {
      const pid = Number(url.split('pid=')[1]);
      if (url.startsWith('/pay')) this.paid.push(pid);
      else this.opened.push(pid);
      if (this.#isOpen || url.startsWith('/pay')) response.end();
      else this.#waiting.push(response);
    });
  }

  static async start(): Promise<Bank> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Bank(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  open(): void {
    this.#isOpen = true;
    for (const response of this.#waiting.splice(0)) response.end();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const served = ({ port }: ServiceProcess): Served => {
  const request: Served['request'] = async (path, call) => send({ host: '127.0.0.1', port, path, ...call });
  const redirect: Served['redirect'] = async (token, state, call) =>
    request(`/redirect?state=${state}&session_token=${token}`, call);
  return { request, redirect };
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolved) => void setTimeout(resolved, 5));
}

describe('three replicas with one Redis', () => {
  let folder: string;
  let redis: RedisServer;
  let bank: Bank;
  let replicas: ServiceProcess[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'replicas-'));
    symlinkSync(resolve('dist/service/node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'index.mjs'), PAY_STEP);
    redis = await RedisServer.start();
    bank = await Bank.start();
    const environment = {
      REDIS_URL: redis.url,
      // A busy machine answers late.
      REDIS_DEADLINE_MS: '5000',
      REDIS_WHEN_UNAVAILABLE: 'refuse',
      STEPS_PACKAGE: join(folder, 'index.mjs'),
      BANK: bank.url,
    };
    replicas = await Promise.all([1, 2, 3].map(async () => ServiceProcess.start(environment)));
  });
  afterEach(async () => {
    for (const { child } of replicas) child.kill('SIGKILL');
    await bank.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  /** Begins a login, and posts its form many times to the replicas in turn. */
  async function postMany(
    count = 60,
  ): Promise<{ readonly replica: ServiceProcess; readonly reply: Promise<Reply | undefined> }[]> {
    const browser = new StepBrowser(served(replicas[0] as ServiceProcess));
    const now = Math.floor(Date.now() / 1000);
    await browser.arrive(jws(sessionClaims({ iat: now, exp: now + 300 })));
    return Array.from({ length: count }, (_post, index) => {
      const replica = replicas[index % 3] as ServiceProcess;
      const post = browser.copy(served(replica)).post({});
      return { replica, reply: post.catch(() => undefined) };
    });
  }

  const replicaOf = (pid: number | undefined): ServiceProcess =>
    replicas.find(({ child }) => child.pid === pid) as ServiceProcess;

  async function resultsOf(posts: Awaited<ReturnType<typeof postMany>>, killed: ServiceProcess): Promise<unknown[]> {
    const replies = await Promise.all(
      posts.filter(({ replica }) => replica !== killed).map(async ({ reply }) => reply),
    );
    expect(replies).toHaveLength(40);
    const results = replies.map((reply) => JSON.stringify(reply && continueClaimsOf(reply).steps));
    return [...new Set(results)];
  }

  it('run the side effect of a step once while one of them is killed', async () => {
    const posts = await postMany();
    await until(() => bank.opened.length > 0);
    const [owner] = bank.opened;
    const other = replicas.find(({ child }) => child.pid !== owner) as ServiceProcess;
    other.child.kill('SIGKILL');
    bank.open();
    expect(await resultsOf(posts, other)).toEqual([JSON.stringify({ pay: owner })]);
    expect(bank.paid).toEqual([owner]);
  });

  it('finish a step within 20 seconds if the one that ran it is killed', async () => {
    const posts = await postMany();
    await until(() => bank.opened.length > 0);
    const killed = replicaOf(bank.opened[0]);
    killed.child.kill('SIGKILL');
    const killedAt = performance.now();
    await until(() => bank.opened.length > 1);
    bank.open();
    const [, successor] = bank.opened;
    expect(await resultsOf(posts, killed)).toEqual([JSON.stringify({ pay: successor })]);
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    expect(bank.paid).toEqual([successor]);
    expect(bank.opened).toHaveLength(2);
  });

  it('run the side effect of a step once, and refuse in time, while Redis and one of them are killed', async () => {
    const posts = await postMany(1000);
    await until(() => bank.opened.length > 0);
    const [owner] = bank.opened;
    const other = replicas.find(({ child }) => child.pid !== owner) as ServiceProcess;
    await redis.kill();
    const killedAt = performance.now();
    other.child.kill('SIGKILL');
    bank.open();
    const replies = await Promise.all(posts.filter(({ replica }) => replica !== other).map(async ({ reply }) => reply));
    expect([...new Set(replies.map((reply) => reply?.status))]).toEqual([503]);
    expect(bank.paid).toEqual([owner]);
    expect(performance.now() - killedAt).toBeLessThan(20_000);
  });
});
