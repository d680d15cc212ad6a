import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing, type KeyReload } from '../../src/auth-redirect/tenants/key-ring.js';
import type { KeysEvent } from '../../src/auth-redirect/options/events.js';
import { ADAPTERS, HostApplication } from '../harness/application.js';
import { continueFormOf } from '../harness/page.js';
import { ISSUER, jws, sessionClaims } from '../harness/tokens.js';

const secretOf = (version: number): string => `version-${version}-aB3$xyz-0987654321-qwe`;

/** A Secret as the kubelet mounts it: links through `..data`, which one rename replaces. */
class MountedSecret {
  readonly directory = mkdtempSync(join(tmpdir(), 'secret-'));
  #version = 0;

  constructor(files: Record<string, string>) {
    for (const name of ['current', 'previous']) symlinkSync(join('..data', name), join(this.directory, name));
    this.swap(files);
  }

  swap(files: Record<string, string>): void {
    const before = `..version-${this.#version}`;
    this.#version += 1;
    const data = `..version-${this.#version}`;
    mkdirSync(join(this.directory, data));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.directory, data, name), content);
    symlinkSync(data, join(this.directory, '..data_tmp'));
    renameSync(join(this.directory, '..data_tmp'), join(this.directory, '..data'));
    rmSync(join(this.directory, before), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

let mounted: MountedSecret;
beforeEach(() => {
  // Only `performance` is frozen, because requests need the real timers.
  jest.useFakeTimers({
    doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'setTimeout'],
  });
  mounted = new MountedSecret({ current: secretOf(1), previous: '' });
});
afterEach(() => {
  jest.useRealTimers();
  mounted.remove();
});

/** The key ring reads a file at most once in ten milliseconds. */
const pause = (): void => jest.advanceTimersByTime(12);

describe.each(['directory', 'files'] as const)('keys mounted as %s', (form) => {
  const reloads: KeyReload[] = [];
  const ring = (): KeyRing => {
    reloads.length = 0;
    const options =
      form === 'directory'
        ? { directory: mounted.directory }
        : { currentFile: join(mounted.directory, 'current'), previousFile: join(mounted.directory, 'previous') };
    return new KeyRing(options, undefined, (reload) => void reloads.push(reload));
  };

  it('are read again after every swap, however often', async () => {
    const keys = ring();
    for (const version of [2, 3, 4]) {
      mounted.swap({ current: secretOf(version), previous: secretOf(version - 1) });
      pause();
      expect(keys.refresh()).toBe(true);
      expect(keys.secrets).toEqual({ current: secretOf(version), previous: secretOf(version - 1) });
      pause();
      expect(keys.refresh()).toBe(false);
    }
    expect(reloads).toEqual([{ outcome: 'changed' }, { outcome: 'changed' }, { outcome: 'changed' }]);
  });

  it.each([
    ['too short', { current: 'short' }, 'holds a secret that has 5 bytes, HS256 needs 32 or more'],
    ['empty', { current: '' }, 'holds a secret that is missing'],
    ['far too large', { current: 'x'.repeat(20_000) }, 'names a file of over 16500 bytes'],
    ['gone', {}, 'names a file that does not exist (ENOENT)'],
    ['no text', { current: Buffer.of(255, 254).toString('latin1') }, 'holds a secret that has'],
    ['broken in its previous part', { current: secretOf(2), previous: 'short' }, 'holds a secret that has'],
  ])('do not change if the new one is %s, which is reported once', async (_what, files, problem) => {
    const keys = ring();
    mounted.swap(files);
    for (let times = 0; times < 4; times += 1) {
      pause();
      expect(keys.refresh()).toBe(false);
    }
    expect(keys.secrets).toEqual({ current: secretOf(1) });
    expect(reloads).toEqual([{ outcome: 'kept', problem: expect.stringContaining(problem) }]);
    mounted.swap({ current: secretOf(3) });
    pause();
    expect(keys.refresh()).toBe(true);
  });

  it('do not wait for a pipe without a writer', async () => {
    const keys = ring();
    mounted.swap({});
    execFileSync('mkfifo', [join(mounted.directory, '..data', 'current')]);
    for (let times = 0; times < 2; times += 1) {
      pause();
      expect(keys.refresh()).toBe(false);
    }
    expect(reloads).toEqual([
      { outcome: 'kept', problem: expect.stringContaining('names a path that is not a regular file') },
    ]);
  });

  it('do not accept the secret of another tenant', async () => {
    const keys = new KeyRing(
      { directory: mounted.directory },
      ({ current }) => (current === secretOf(9) ? 'holds a secret of another tenant' : undefined),
      (reload) => void reloads.push(reload),
    );
    mounted.swap({ current: secretOf(9) });
    pause();
    expect(keys.refresh()).toBe(false);
    expect(keys.secrets).toEqual({ current: secretOf(1) });
  });
});

async function answeredWith(secret: string, host: HostApplication, login: number): Promise<void> {
  const token = jws(sessionClaims({ nonce: `n-${login}` }), undefined, secret);
  const { status, body } = await host.redirect(token, `state-${login}`);
  expect(status).toBe(200);
  const [header, payload, signature] = continueFormOf(body).sessionToken.split('.');
  expect(signature).toBe(createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url'));
}

describe.each(ADAPTERS)('a rotation under load on %s', (adapter) => {
  it('fails no login although files are swapped between the Action and the service', async () => {
    const events: KeysEvent[] = [];
    const host = await HostApplication.start(adapter, {
      secret: undefined,
      secretsDirectory: mounted.directory,
      onKeys: (event: KeysEvent) => void events.push(event),
    } as never);
    let current = 1;
    const logins: Promise<void>[] = [];
    for (let login = 0; login < 300; login += 1) {
      if (login === 100 || login === 200) {
        // Nine open logins use the secret that becomes the previous one.
        pause();
        current += 1;
        mounted.swap({ current: secretOf(current), previous: secretOf(current - 1) });
      }
      // The Action of a login that began before a rotation still signs with the previous secret.
      const isOld = login % 3 === 0 && login % 100 < 90 && current > 1;
      const secret = secretOf(isOld ? current - 1 : current);
      logins.push(answeredWith(secret, host, login));
      if (login % 10 === 0) await Promise.all(logins);
    }
    await Promise.all(logins);
    expect(host.refused).toEqual([]);
    expect(events).toEqual([
      { tenant: ISSUER, outcome: 'changed' },
      { tenant: ISSUER, outcome: 'changed' },
    ]);
    expect((await host.redirect(jws(undefined, undefined, secretOf(1)), 'state')).status).toBe(401);
    expect((await host.redirect(jws(), 'state')).status).toBe(401);
    await host.stop();
  });
});
