import { rmSync, writeFileSync } from 'node:fs';
import { ActionBench } from './harness/action-bench.js';
import { signHs256 } from '../src/redirect/jwt.js';
import { replay } from '../src/testing/index.js';
import { fixtureOf, type LoginFixture } from '../src/transactions/fixture.js';

const secrets = { SECRET: 'a-secret-of-more-than-thirty-two-bytes' };
const ACTION = `
exports.onExecutePostLogin = async (event, api) => {
  if (api.cache.get('asked')) return;
  const session_token = api.redirect.encodeToken({ secret: event.secrets.SECRET, payload: { email: event.user.email } });
  api.redirect.sendUserTo('https://terms.example/', { query: { session_token, key: event.secrets.SECRET } });
};
exports.onContinuePostLogin = async (event, api) => {
  const { outcome } = api.redirect.validateToken({ secret: event.secrets.SECRET });
  api.idToken.setCustomClaim('https://example.com/outcome', outcome);
  api.user.setAppMetadata('address', event.request.ip);
};`;

let bench: ActionBench;

/** Records a login that is redirected to another site and returns. */
async function record(): Promise<LoginFixture> {
  bench = new ActionBench([ACTION], secrets);
  await bench.start();
  const [redirect] = bench.steps('redirect');
  const { seconds } = bench.clock;
  const state = redirect?.state ?? '';
  const claims = { sub: bench.user.user_id, iss: 'app', iat: seconds, exp: seconds + 60, outcome: 'accepted', state };
  await bench.resume({ session_token: signHs256(claims, secrets.SECRET), state });
  return fixtureOf(bench.transaction.record);
}

afterEach(() => bench.dispose());

describe('a recorded login', () => {
  it('replays without a difference, at the recorded time', async () => {
    const fixture = await record();
    const steps = await replay(fixture, bench.write('action-1.js', ACTION), { secrets });
    expect(steps.map(({ handler, differences }) => ({ handler, differences }))).toEqual([
      { handler: 'onExecutePostLogin', differences: [] },
      { handler: 'onContinuePostLogin', differences: [] },
    ]);
    expect(steps[1]?.result.idToken.claims).toEqual({ 'https://example.com/outcome': 'accepted' });
  });

  it('replays an Action that stores the time, in every form, without a difference', async () => {
    const storing = `exports.onExecutePostLogin = async (event, api) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const later = new Date(Date.now() + 86_400_000);
      api.user.setAppMetadata('at', { iso: new Date().toISOString(), ms: Date.now(), later: later.toISOString() });
      api.user.setAppMetadata('seconds', Math.floor(Date.now() / 1000));
      api.user.setAppMetadata('fixed', [new Date(0).getTime(), new Date() instanceof Date, typeof Date()]);
    };`;
    bench = new ActionBench([storing], {});
    bench.clock.advance(Date.now() - bench.clock.now());
    await bench.start();
    const fixture = fixtureOf(bench.transaction.record);
    const file = bench.write('action-1.js', storing);
    const [step] = await replay(fixture, file);
    expect(step?.result.error).toBeUndefined();
    expect(step?.differences).toEqual([]);
    const [changed] = await replay(fixture, bench.write('action-1.js', storing.replace('86_400_000', '86_500_000')));
    expect(changed?.differences).toEqual([expect.stringMatching(/^call 1: recorded .*later/)]);
  });

  it('shows the differences of a changed Action', async () => {
    const fixture = await record();
    const file = bench.write('action-1.js', ACTION.replace("'address'", "'ip'").replace("'asked'", "'told'"));
    const [first, second] = await replay(fixture, file, { secrets });
    expect(first?.differences).toEqual(["call 1: recorded api.cache.get('asked'); now api.cache.get('told')"]);
    expect(second?.differences).toEqual([
      "call 3: recorded api.user.setAppMetadata('address', '127.0.0.1'); now api.user.setAppMetadata('ip', '127.0.0.1')",
    ]);
  });

  it('shows that an Action fails now', async () => {
    const fixture = await record();
    const file = bench.write(
      'action-1.js',
      ACTION.replace("if (api.cache.get('asked')) return;", 'throw new Error("no");'),
    );
    const [first] = await replay(fixture, file, { secrets });
    expect(first?.differences).toContain('recorded: no failure; now: failed: no');
  });

  it('holds no secret', async () => {
    const fixture = await record();
    expect(JSON.stringify(fixture)).not.toContain(secrets.SECRET);
    expect(fixture.steps.map(({ event }) => event['secrets'])).toEqual([undefined, undefined]);
  });

  it('replays from its file', async () => {
    const path = `${__dirname}/../dist/fixture-of-a-test.json`;
    writeFileSync(path, JSON.stringify(await record()));
    const steps = await replay(path, bench.write('action-1.js', ACTION), { secrets });
    expect(steps).toHaveLength(2);
    writeFileSync(path, '{ "version": 7 }');
    await expect(replay(path, 'action-1.js')).rejects.toMatchObject({ code: 'fixture_invalid' });
    rmSync(path);
    await expect(replay(path, 'action-1.js')).rejects.toThrow(/cannot be read as JSON/);
  });

  it('lists its Actions if a name is unknown', async () => {
    await expect(replay(await record(), 'other.js')).rejects.toMatchObject({
      code: 'fixture_invalid',
      message: 'The fixture has no Action "other.js". It has: action-1.js. The option "action" chooses one.',
    });
  });
});
