import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseInspectorAddress } from '../src/inspector.js';
import { Browser } from './harness/browser.js';
import { DebuggerClient } from './harness/debugger-client.js';
import { submitLogin } from './harness/login.js';
import { build, run, SandboxProcess } from './harness/sandbox-process.js';

const ACTION = `exports.onExecutePostLogin = async (event, api) => {
  const greeting = 'hello ' + event.user.email;
  api.idToken.setCustomClaim('https://example.com/greeting', greeting);
};
`;

describe('a debugger', () => {
  let folder: string;
  let sandbox: SandboxProcess;
  let client: DebuggerClient | undefined;

  const start = async (source: string): Promise<string> => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-inspector-'));
    const file = join(folder, 'post-login.js');
    writeFileSync(file, source);
    sandbox = await SandboxProcess.start(['--action', file, '--inspect=127.0.0.1:0']);
    return file;
  };

  beforeAll(build, 120_000);

  afterEach(async () => {
    client?.close();
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  it('stops at a breakpoint in an Action, reads a variable, and lets the login complete', async () => {
    const file = await start(ACTION);
    client = await DebuggerClient.attach(sandbox.ready.inspector, (attached, session) =>
      attached.post(session, 'Debugger.setBreakpointByUrl', { url: pathToFileURL(file).href, lineNumber: 2 }),
    );
    const stopped = client.paused();
    const login = submitLogin(new Browser(), `${sandbox.ready.app}/login`, 'ada@example.com');
    const place = await stopped;
    expect(place.line).toBe(2);
    expect(await client.evaluate(place, 'greeting')).toBe('hello ada@example.com');
    client.post(place.session, 'Debugger.resume');
    expect((await login).body).toContain('hello ada@example.com');
  });

  it('stops at a debugger statement', async () => {
    await start(ACTION.replace('  api.', '  debugger;\n  api.'));
    client = await DebuggerClient.attach(sandbox.ready.inspector, () => {});
    const stopped = client.paused();
    const login = submitLogin(new Browser(), `${sandbox.ready.app}/login`, 'ada@example.com');
    const place = await stopped;
    expect(place.line).toBe(2);
    client.post(place.session, 'Debugger.resume');
    expect((await login).status).toBe(200);
  });

  it('does not keep the sandbox from ending while an Action stands at a breakpoint', async () => {
    await start('debugger;');
    client = await DebuggerClient.attach(sandbox.ready.inspector, () => {});
    const stopped = client.paused();
    const login = submitLogin(new Browser(), `${sandbox.ready.app}/login`, 'ada@example.com');
    await stopped;
    const [end] = await Promise.all([sandbox.stop(), expect(login).rejects.toThrow(/hang up|ECONN/)]);
    expect(end).toBeNull();
  });
});

describe('the address of the inspector', () => {
  it.each([
    ['', '127.0.0.1', 9229],
    ['9333', '127.0.0.1', 9333],
    ['localhost', 'localhost', 9229],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:9', '::1', 9],
  ])('%p is %s:%d', (text, host, port) => {
    expect(parseInspectorAddress(text)).toEqual({ host, port });
  });

  it.each(['0.0.0.0:9229', 'example.com', '192.168.0.7:9229', '127.0.0.1:99999', 'a:b:c'])('%p is rejected', (text) => {
    expect(() => parseInspectorAddress(text)).toThrow(/--inspect has to be HOST:PORT on this machine/);
  });

  it('is in use: the sandbox reports it in one line and does not start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-inspector-'));
    writeFileSync(join(folder, 'a.js'), ACTION);
    const first = await SandboxProcess.start(['--action', join(folder, 'a.js'), '--inspect=127.0.0.1:0']);
    const port = new URL(first.ready.inspector).port;
    const second = await run(['--action', join(folder, 'a.js'), `--inspect=${port}`]);
    await first.stop();
    rmSync(folder, { recursive: true });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`auth0-actions-sandbox: Port ${port} is in use; the inspector cannot open.`);
  });
});
