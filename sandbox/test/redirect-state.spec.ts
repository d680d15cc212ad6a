import { ContinueStates, STATE_LIFETIME_MS } from '../src/redirect/continue-states.js';
import { parseRedirectTarget, redirectUrl } from '../src/redirect/redirect-url.js';
import { FrozenClock } from './harness/frozen-clock.js';

describe('ContinueStates', () => {
  let clock: FrozenClock;
  let states: ContinueStates;

  beforeEach(() => {
    clock = new FrozenClock();
    states = new ContinueStates(clock.now);
  });

  it('issues 166 random base64url characters', () => {
    const [first, second] = [states.issue('a', 'browser'), states.issue('b', 'browser')];
    expect(first).toMatch(/^[\w-]{166}$/);
    expect(second).not.toBe(first);
  });

  it('accepts a state once', () => {
    const state = states.issue('tx', 'browser');
    expect(states.redeem(state, 'browser')).toEqual({ ok: true, transactionId: 'tx' });
    expect(states.redeem(state, 'browser')).toEqual({ ok: false, reason: 'used', transactionId: 'tx' });
  });

  it('accepts a state for less than an hour', () => {
    const [early, late] = [states.issue('a', 'browser'), states.issue('b', 'browser')];
    clock.advance(STATE_LIFETIME_MS - 1);
    expect(states.redeem(early, 'browser')).toMatchObject({ ok: true });
    clock.advance(1);
    expect(states.redeem(late, 'browser')).toMatchObject({ ok: false, reason: 'expired' });
  });

  it('accepts a state from its own browser, and a refusal does not consume it', () => {
    const state = states.issue('tx', 'browser');
    expect(states.redeem(state, undefined)).toMatchObject({ ok: false, reason: 'no_cookie' });
    expect(states.redeem(state, 'another')).toMatchObject({ ok: false, reason: 'other_browser' });
    expect(states.redeem(state, 'browser')).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', undefined, 'missing'],
    ['an empty state', '', 'missing'],
    ['two states', ['a', 'b'], 'missing'],
    ['a state of its own making', 'x'.repeat(166), 'unknown'],
  ])('refuses %s', (_what, state, reason) => {
    expect(states.redeem(state, 'browser')).toEqual({ ok: false, reason });
  });

  it('keeps several logins of one browser apart', () => {
    const [first, second] = [states.issue('a', 'browser'), states.issue('b', 'browser')];
    expect(states.redeem(second, 'browser')).toEqual({ ok: true, transactionId: 'b' });
    expect(states.redeem(first, 'browser')).toEqual({ ok: true, transactionId: 'a' });
  });

  it('replaces the state of an earlier redirect of the login', () => {
    const first = states.issue('tx', 'browser');
    states.issue('tx', 'browser');
    expect(states.redeem(first, 'browser')).toMatchObject({ ok: false, reason: 'superseded' });
  });
});

describe('sendUserTo', () => {
  it('keeps the query of the address, adds the Action’s query and puts the state last', () => {
    const { url, query } = parseRedirectTarget('https://step.example/path?a=1#end', {
      query: { session_token: 't&=', b: 2 },
    });
    expect(redirectUrl(url, query, 's-1')).toBe(
      'https://step.example/path?a=1&session_token=t%26%3D&b=2&state=s-1#end',
    );
  });

  it('replaces a state that the Action added', () => {
    expect(redirectUrl('https://step.example/?state=mine', { state: 'mine' }, 's-1')).toBe(
      'https://step.example/?state=s-1',
    );
  });

  it.each([[undefined], ['/path'], ['step.example'], [42]])('refuses the address %p', (target) => {
    expect(() => parseRedirectTarget(target, undefined)).toThrow('the URL must be absolute');
  });
});
