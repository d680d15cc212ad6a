import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { transactionPage } from '../src/transactions/transaction-page.js';
import { ActionBench } from './harness/action-bench.js';

const benches: ActionBench[] = [];

function bench(...bodies: readonly string[]): ActionBench {
  const made = new ActionBench(bodies.map((body) => `exports.onExecutePostLogin = async (event, api) => { ${body} };`));
  benches.push(made);
  return made;
}

afterEach(() => Promise.all(benches.splice(0).map((made) => made.dispose())));

/** Returns the sizes of a login's JSON and of its page. */
function sizesOf({ transaction: { record } }: ActionBench): number[] {
  return [JSON.stringify(record).length, transactionPage(record).length];
}

describe('an Action cannot end the sandbox', () => {
  it.each(['process.pid', 'process.ppid', '0'])('by process.kill(%s)', async (pid) => {
    const made = bench(`process.kill(${pid}, 'SIGWINCH')`);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('process.kill would end') });
  });

  it('by messages to the parent of its thread, as packages may post them', async () => {
    const made = bench(`
      const { parentPort, workerData } = require('node:worker_threads');
      for (const message of [null, 'ready', {}, { type: 'end' }]) parentPort.postMessage(message);
      console.log(workerData);`);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.logs()).toEqual(['null']);
  });

  it.each([
    ['has no prototype', 'Object.create(null)'],
    ['has getters that throw', '{ get message() { throw this }, get stack() { throw this }, toString() { throw 1 } }'],
    ['is a revoked Proxy', '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()'],
  ])('by an error that %s', async (_what, thrown) => {
    const made = bench(`setTimeout(() => { throw ${thrown}; }, 1); throw ${thrown};`);
    expect(await made.start()).toMatchObject({ description: 'a value without a text' });
  });

  it('by null in an uncaught throw', async () => {
    const made = bench(`
      process.removeAllListeners();
      setTimeout(() => { throw null; }, 1);
      await new Promise((resolve) => setTimeout(resolve, 1000));`);
    expect(await made.start()).toMatchObject({ description: 'null' });
  });

  it('by arguments that JSON cannot represent', async () => {
    const made = bench(`
      const cycle = Object.assign(Object.create(null), { toString: undefined });
      cycle.self = cycle;
      api.idToken.setCustomClaim('cycle', cycle);
      api.idToken.setCustomClaim('symbol', Symbol('s'));
      api.idToken.setCustomClaim('bigint', 1n);`);
    expect(await made.start()).toEqual({ kind: 'completed' });
    expect(made.calls()).toHaveLength(3);
  });

  it('by a value that is too deeply nested to post', async () => {
    const made = bench(`
      let value = {};
      for (let level = 0; level < 5000; level += 1) value = { value };
      api.user.setUserMetadata('deep', value);`);
    expect(await made.start()).toMatchObject({ description: expect.stringContaining('more than 200 levels deep') });
  });

  it('by buffers beyond its heap', async () => {
    const made = bench('const all = []; for (;;) all.push(Buffer.alloc(1e8, 1));');
    expect(await made.start()).toMatchObject({ description: 'The Action used too much memory.' });
  }, 30_000);

  it('by threads that continue after its end', async () => {
    const made = bench('setInterval(() => {}, 1000);');
    for (let logins = 0; logins < 15; logins += 1) {
      made.newLogin();
      await made.start();
    }
    const running: ReadonlySet<unknown> = Reflect.get(made.tenant.runner, 'workers');
    expect(await made.eventually(() => (running.size <= 10 ? ['few'] : []))).toEqual(['few']);
  }, 30_000);
});

describe('a process that an Action starts', () => {
  const START = `
    const child = require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('spawn', resolve));
    console.log(child.pid);`;

  it('ends with its Action, if that fails', async () => {
    const made = bench(`${START} child.unref(); throw new Error('no');`);
    await made.start();
    const [pid] = made.logs();
    expect(await made.eventually(() => (isAlive(Number(pid)) ? [] : ['ended']))).toEqual(['ended']);
  });

  it('continues as long as its thread', async () => {
    const made = bench(START);
    await made.start();
    const [pid] = made.logs();
    expect(isAlive(Number(pid))).toBe(true);
    await made.tenant.runner.close();
    expect(await made.eventually(() => (isAlive(Number(pid)) ? [] : ['ended']))).toEqual(['ended']);
  });
});

function isAlive(pid: number): boolean {
  const status = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ' Z ';
  return !/ Z /.test(status);
}

describe('the record of an Action stays small and quick', () => {
  it.each([
    ['a million console lines', 'for (let i = 0; i < 1e6; i += 1) console.log("line", i);'],
    ['a console line of 100 MB', 'console.log("x".repeat(1e8));'],
    ['100 MB on the standard output', 'process.stdout.write("x".repeat(1e8));'],
    ['an error message of 50 MB', 'throw new Error("x".repeat(5e7));'],
    ['a claim of 50 MB', 'api.idToken.setCustomClaim("large", "x".repeat(5e7));'],
    [
      'metadata with 100,000 members',
      'api.user.setUserMetadata("a", Object.fromEntries(Array(1e5).fill(1).entries()));',
    ],
    ['ten thousand calls', 'for (let i = 0; i < 1e4; i += 1) api.idToken.setCustomClaim("c", i);'],
    ['ten thousand rejections', 'for (let i = 0; i < 1e4; i += 1) Promise.reject(new Error("late"));'],
  ])(
    'with %s',
    async (_what, body) => {
      const made = bench(body);
      await made.start();
      await setTimeout(300);
      for (const size of sizesOf(made)) expect(size).toBeLessThan(1_500_000);
    },
    30_000,
  );

  it('shows that entries are missing, and keeps later calls', async () => {
    const made = bench('for (let i = 0; i < 5000; i += 1) console.log(i); api.idToken.setCustomClaim("c", 1);');
    await made.start();
    expect(made.logs().at(-1)).toContain('The rest is left out.');
    expect(made.calls()).toHaveLength(1);
  });

  it('stops an Action that calls api endlessly', async () => {
    const made = bench('for (;;) api.idToken.setCustomClaim("c", 1);');
    expect(await made.start()).toMatchObject({
      description: expect.stringContaining('the sandbox accepts at most 10000 calls'),
    });
  });
});
