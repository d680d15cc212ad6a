import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Runs the demo to its end. */
async function demo(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['tools/demo.mjs', ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

describe('the demo', () => {
  it('logs in with terms and profile, on other ports if the usual ones are in use', async () => {
    const taken = createServer().listen(9500, '127.0.0.1');
    // Another demo on this machine may use the port.
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
    const { code, output } = await demo('--once');
    taken.close();
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('/redirect/steps/terms') });
    expect(output).toContain('/redirect/steps/profile');
    expect(output).toContain('"outcome": "completed"');
    expect(output).not.toContain(':9500/');
  });

  it('logs in without steps if it is bare', async () => {
    const { code, output } = await demo('--once', '--bare');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('/redirect?session_token=') });
    expect(output).not.toContain('/redirect/steps/');
  });

  it.each([
    ['--help', 0],
    ['--onse', 64],
  ])('prints its usage for %s, and exits with %d', async (option, code) => {
    expect(await demo(option)).toEqual({ code, output: expect.stringContaining('usage: npm run demo') });
  });
});
