import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ServiceProcess } from '../harness/service-process.js';
import { jws, sessionClaims } from '../harness/tokens.js';

/** Posts a form in pieces, without a length, and does not end the form before the answer. */
async function post(service: ServiceProcess, path: string, cookie: string, kilobytes: number): Promise<number> {
  const headers = {
    cookie,
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    'transfer-encoding': 'chunked',
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: service.port, path, method: 'POST', headers };
    const call = request(options, (response) => {
      resolve(response.statusCode ?? 0);
      call.destroy();
    }).on('error', reject);
    for (let sent = 0; sent < kilobytes; sent += 1) call.write('x'.repeat(1024));
  });
}

it('an endless form is refused, a form without a body is empty, and the service continues', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endless-'));
  const stepsFile = join(folder, 'steps.yaml');
  writeFileSync(stepsFile, 'terms: { title: Terms, version: a }');
  const service = await ServiceProcess.start({ STEPS_FILE: stepsFile });
  const now = Math.floor(Date.now() / 1000);
  const token = jws(sessionClaims({ iat: now, exp: now + 300 }));
  const arrival = await service.request(`/redirect?session_token=${token}&state=s`);
  const path = arrival.headers.location ?? '';
  const cookie = (arrival.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
  for (const kilobytes of [70, 500]) expect(await post(service, path, cookie, kilobytes)).toBe(413);
  expect((await service.request(path, { headers: { cookie } })).status).toBe(200);
  // Without length and chunks, a request has no body (RFC 9112 section 6.3), so the service does not wait.
  const head = [`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', `Cookie: ${cookie}`, 'Sec-Fetch-Site: same-origin'];
  const empty = await service.raw(
    [...head, 'Content-Type: application/x-www-form-urlencoded', 'Connection: close', '', ''].join('\r\n'),
  );
  expect(empty).toMatch(/^HTTP\/1\.1 422 /);
  expect((await service.requestLines()).filter(({ code }) => code === 'form_too_large')).toHaveLength(2);
  await service.stop();
  rmSync(folder, { recursive: true });
});

it('a client that disconnects during its form is refused, and is not logged as an internal error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endless-'));
  const stepsFile = join(folder, 'steps.yaml');
  writeFileSync(stepsFile, 'terms: { title: Terms, version: a }');
  const service = await ServiceProcess.start({ STEPS_FILE: stepsFile });
  const now = Math.floor(Date.now() / 1000);
  const arrival = await service.request(
    `/redirect?session_token=${jws(sessionClaims({ iat: now, exp: now + 300 }))}&state=s`,
  );
  const cookie = (arrival.headers['set-cookie'] ?? []).map((line) => line.split(';', 1)[0]).join('; ');
  for (const length of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const socket = connect(service.port, '127.0.0.1');
    const head = [
      `POST ${arrival.headers.location} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Cookie: ${cookie}`,
      'Sec-Fetch-Site: same-origin',
    ];
    socket.write([...head, 'Content-Type: application/x-www-form-urlencoded', length, '', '1\r\na'].join('\r\n'));
    // The answer to a later request shows that the service has read this one.
    await service.request('/healthz');
    socket.destroy();
    await once(socket, 'close');
  }
  const ends = async (): Promise<unknown[]> =>
    (await service.requestLines())
      .filter(({ code }) => code === 'form_incomplete' || code === 'internal_error')
      .map(({ code, level }) => `${String(level)} ${String(code)}`);
  while ((await ends()).length < 2) await setImmediate();
  expect(await ends()).toEqual(['warn form_incomplete', 'warn form_incomplete']);
  await service.stop();
  rmSync(folder, { recursive: true });
});
