import {
  MemoryReplayStore,
  MEMORY_REPLAY_STORE_MAX_ENTRIES,
} from '../../src/auth-redirect/replay/memory-replay-store.js';
import { StateBindingService } from '../../src/auth-redirect/replay/state-binding.service.js';
import { ReplayStore } from '../../src/auth-redirect/replay/replay-store.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';
import { continueTokens } from '../harness/continue-tokens.js';
import { NOW, tokenWith } from '../harness/tokens.js';

describe('the replay store in memory', () => {
  const clock = new FrozenClock(NOW * 1000);
  let store: MemoryReplayStore;
  beforeEach(() => {
    clock.milliseconds = NOW * 1000;
    store = new MemoryReplayStore(clock);
  });

  it('holds the first value of a key', () => {
    expect(store.remember('a', 'one', NOW + 10)).toBe('one');
    expect(store.remember('a', 'two', NOW + 10)).toBe('one');
    expect(store.remember('b', 'two', NOW + 10)).toBe('two');
  });

  it('forgets a value when it expires, and not before', () => {
    store.remember('a', 'one', NOW + 10);
    clock.milliseconds += 9_999;
    expect(store.remember('a', 'two', NOW + 20)).toBe('one');
    clock.milliseconds += 1;
    expect(store.remember('a', 'two', NOW + 20)).toBe('two');
    expect(store.remember('a', 'three', NOW + 20)).toBe('two');
  });

  it('forgets the oldest when it is full, and holds the others', () => {
    for (let index = 0; index < MEMORY_REPLAY_STORE_MAX_ENTRIES; index += 1)
      store.remember(`${index}`, 'one', NOW + 10);
    expect(store.remember('0', 'two', NOW + 10)).toBe('one');
    store.remember('one more', 'one', NOW + 10);
    expect(store.remember('1', 'two', NOW + 10)).toBe('one');
    expect(store.remember('0', 'two', NOW + 10)).toBe('two');
  });
});

describe('the binding of a token to its state', () => {
  it('gives a store neither token nor state', async () => {
    const remembered: unknown[] = [];
    class ReadableStore extends ReplayStore {
      async remember(...entry: [string, string, number]): Promise<string> {
        remembered.push(...entry);
        return entry[1];
      }
    }
    const compact = tokenWith({ nonce: 'n' });
    await new StateBindingService(new ReadableStore()).bind(compact, continueTokens().verify(compact), 'state-1');
    expect(remembered).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/), NOW + 900]);
  });
});
