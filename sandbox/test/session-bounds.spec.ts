import type { RequestFacts } from '../src/logins/request-facts.js';
import { RefreshTokens } from '../src/logins/refresh-tokens.js';
import { Sessions } from '../src/logins/sessions.js';
import { FrozenClock } from './harness/frozen-clock.js';

const REQUEST: RequestFacts = {
  ...{ method: 'GET', ip: '127.0.0.1', hostname: 'tenant.localhost', userAgent: 'test', language: 'en' },
  ...{ query: {}, body: {} },
};
const { now } = new FrozenClock();

describe('a tenant that runs for long', () => {
  it('drops the least recently used sessions', () => {
    const sessions = new Sessions(now);
    for (let count = 0; count < 1000; count += 1) sessions.visit(`s${count}`, 'user', 'app', REQUEST);
    sessions.visit('s0', 'user', 'app', REQUEST);
    sessions.visit('one more', 'user', 'app', REQUEST);
    expect(['s0', 's1', 's2', 'one more'].map((id) => sessions.find(id) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('drops the oldest refresh tokens', () => {
    const tokens = new RefreshTokens(now);
    const issued = { clientId: 'app', userId: 'user', rotating: false, methods: [], initial: REQUEST };
    for (let count = 0; count <= 1000; count += 1) tokens.issue(`g${count}`, issued, { metadata: {} });
    expect(['g0', 'g1', 'g1000'].map((grant) => tokens.find(grant) !== undefined)).toEqual([false, true, true]);
  });
});
