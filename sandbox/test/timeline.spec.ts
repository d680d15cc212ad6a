import { fixtureOf } from '../src/transactions/fixture.js';
import type { StepDetails, TransactionRecord, TransactionStep } from '../src/transactions/transaction.js';
import { transactionPage } from '../src/transactions/transaction-page.js';
import { transactionsPage } from '../src/transactions/transactions-page.js';
import { ActionBench } from './harness/action-bench.js';

/** Returns the timeline of a record with some steps, with collapsed white space. */
function page(steps: readonly (StepDetails & { offsetMs?: number })[]): string {
  return transactionPage(record(steps)).replaceAll(/\s+/g, ' ');
}

function record(steps: readonly (StepDetails & { offsetMs?: number })[]): TransactionRecord {
  const at = '2030-01-01T00:00:00.000Z';
  const timed = steps.map((step): TransactionStep => ({ offsetMs: 0, ...step, at }));
  return { id: 'tx_1', kind: 'login', startedAt: at, clientId: 'app', status: 'completed', metadata: {}, steps: timed };
}

function call(name: string, ...args: string[]) {
  return { type: 'call' as const, name, args };
}

const ACTION = {
  ...{ kind: 'action' as const, trigger: 'post-login', action: 'enrich-profile', file: 'code.js' },
  ...{ handler: 'onExecutePostLogin', event: { user: { name: 'Ada' } }, durationMs: 1 },
};

describe('the timeline of a login', () => {
  it('marks the additions of each Action to the tokens', () => {
    const entries = [
      call('api.idToken.setCustomClaim', 'https://example.com/level', '2'),
      { ...call('api.idToken.setCustomClaim', 'roles', 'x'), ignored: 'It is restricted.' },
      call('api.accessToken.addScope', 'read:more'),
      call('api.accessToken.removeScope', 'email'),
    ];
    const idToken = { sub: 'auth0|1', 'https://example.com/level': '2' };
    const accessToken = 'opaque' as const;
    const text = page([
      { ...ACTION, entries },
      { kind: 'tokens', scope: 'openid read:more', idToken, accessToken },
    ]);
    expect(text).toContain(
      '<dt>https://example.com/level</dt> <dd><mark><code>&#34;2&#34;</code></mark> <small>added by enrich-profile</small>',
    );
    expect(text).toContain('<dt>sub</dt> <dd><code>&#34;auth0|1&#34;</code></dd>');
    expect(text).toContain('<mark><code>read:more</code></mark> <small>added by enrich-profile</small>');
    expect(text).toMatch(/<del ?><code>email<\/code><\/del ?> ?<small>removed by enrich-profile/);
  });

  it('marks no calls of a failed Action', () => {
    const entries = [call('api.idToken.setCustomClaim', 'level', '2')];
    const error = { message: 'no', stack: '' };
    const idToken = { level: '2' };
    expect(
      page([
        { ...ACTION, entries, error },
        { kind: 'tokens', idToken, accessToken: 'opaque' },
      ]),
    ).not.toContain('<mark>');
  });

  it.each([
    [800, '800 ms'],
    [12_400, '12.4 s'],
    [185_000, '3 min 5 s'],
  ])('shows that the user was away for %d ms', (away, text) => {
    const redirect = { kind: 'redirect' as const, url: 'https://a.example/', state: 's', tokens: [], offsetMs: 100 };
    const back = { kind: 'continue' as const, method: 'POST', query: {}, body: {}, tokens: [], offsetMs: 100 + away };
    expect(page([redirect, back])).toContain(`The user was away for ${text}.`);
  });

  it('folds long runs of console lines, never calls', () => {
    const lines = Array.from({ length: 8 }, (_, index) => ({
      type: 'log' as const,
      level: 'log' as const,
      text: `line ${index}`,
    }));
    const [folded, after] = page([{ ...ACTION, entries: [...lines, call('api.access.deny', 'no')] }]).split(
      '</details>',
    );
    expect(folded).toMatch(/line 4.*<summary>3 more console lines<\/summary>.*line 7/);
    expect(after).toContain('api.access.deny');
  });

  it('folds the event, member by member', () => {
    const text = page([{ ...ACTION, entries: [] }]);
    expect(text).toMatch(/<details> <summary>event<\/summary>.*<details> <summary>user<\/summary>.*Ada/);
  });

  it('offers the login as a fixture', () => {
    expect(page([])).toContain('href="/transactions/tx_1.fixture.json"');
  });

  it('names Actions by their folder in the list of logins', () => {
    expect(transactionsPage([record([{ ...ACTION, entries: [] }])])).toContain('enrich-profile');
  });

  it('shows the file, the line and the statement at which an Action failed', async () => {
    const bench = new ActionBench(['exports.onExecutePostLogin = async () => {\n  null.member;\n};']);
    await bench.start();
    expect(transactionPage(bench.transaction.record)).toContain('action-1.js:2  null.member;');
    expect(fixtureOf(bench.transaction.record).steps[0]?.error?.at?.line).toBe(2);
    await bench.dispose();
  });
});
