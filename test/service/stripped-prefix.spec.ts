import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

const PREFIX = '/auth';

describe('a path prefix that a proxy removes', () => {
  let folder: string;
  let steps: Record<string, string>;
  let service: ServiceProcess;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prefix-'));
    steps = { STEPS_FILE: join(folder, 'steps.yaml') };
    writeFileSync(join(folder, 'steps.yaml'), 'terms: { title: Terms, version: a }');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(async () => service.stop());

  /** Sends a login through a proxy that sends this header; returns the address of the first step. */
  async function login(prefix: string): Promise<string | undefined> {
    const now = Math.floor(Date.now() / 1000);
    const token = jws(sessionClaims({ iat: now, exp: now + 60 }));
    const headers = { 'x-forwarded-prefix': prefix };
    return (await service.request(`/redirect?session_token=${token}&state=s`, { headers })).headers.location;
  }

  async function warnings(): Promise<string[]> {
    return (await service.log()).split('\n').filter((line) => line.includes('PUBLIC_URL'));
  }

  it.each([
    ['a number of proxies', '1'],
    ['their network', 'loopback'],
  ])('is logged once, and changes no address, if the proxy is trusted by %s', async (_what, trusted) => {
    service = await ServiceProcess.start({ ...steps, TRUST_PROXY: trusted });
    expect(await login(PREFIX)).toMatch(/^\/redirect\/steps\/terms\?/);
    expect(await login('/other')).toMatch(/^\/redirect\/steps\/terms\?/);
    const [line = '', ...more] = await warnings();
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      context: 'Http',
      msg: expect.stringMatching(/prefix \/auth \(X-Forwarded-Prefix\): set PUBLIC_URL /) as string,
    });
    expect(more).toEqual([]);
  });

  it('is logged with at most 100 characters, escaped', async () => {
    service = await ServiceProcess.start({ ...steps, TRUST_PROXY: '1' });
    await login(`/"\u009b<x>${'a'.repeat(5000)}`);
    const [line = ''] = await warnings();
    expect(line).toContain(`/%22%C2%9B%3Cx%3E${'a'.repeat(94)} (`);
    expect(line.length).toBeLessThan(500);
  });

  it.each([
    ['no proxy is trusted', {}],
    ['another proxy is trusted', { TRUST_PROXY: '192.0.2.0/24' }],
    ['PUBLIC_URL is set', { TRUST_PROXY: '1', PUBLIC_URL: `https://login.example.com${PREFIX}/redirect` }],
  ])('is not logged if %s', async (_what, variables) => {
    service = await ServiceProcess.start({ ...steps, ...variables });
    await login(PREFIX);
    expect(await warnings()).toEqual([]);
  });

  it('is not logged if there are no steps, or if the header names no prefix', async () => {
    service = await ServiceProcess.start({ TRUST_PROXY: '1' });
    await login(PREFIX);
    expect(await warnings()).toEqual([]);
    await service.stop();
    service = await ServiceProcess.start({ ...steps, TRUST_PROXY: '1' });
    await login('/');
    expect(await warnings()).toEqual([]);
  });

  it('is part of the address of a step if PUBLIC_URL has it', async () => {
    service = await ServiceProcess.start({ ...steps, PUBLIC_URL: `https://login.example.com${PREFIX}/redirect` });
    expect(await login(PREFIX)).toMatch(/^\/auth\/redirect\/steps\/terms\?/);
  });
});
