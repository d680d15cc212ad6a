import { SystemRandomness } from '../../src/auth-redirect/randomness.js';

describe('random bytes', () => {
  const randomness = new SystemRandomness();

  it.each([0, 1, 16, 4095, 4096, 4097, 10_000])('are as many as requested: %i', (count) => {
    expect(randomness.bytes(count)).toHaveLength(count);
  });

  it.each([16, 5000])('differ from call to call: %i', (count) => {
    const drawn = Array.from({ length: 600 }, () => randomness.bytes(count).toString('hex'));
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});
