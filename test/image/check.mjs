// node test/image/check.mjs
// Builds the image and runs it as Kubernetes would: by number, read-only, without capabilities. Needs buildah, podman, runc, and the
// base image in their storage, because the script fetches no images. If one is missing, the script prints a line and
// exits with 0.
// NODE_IMAGE and RUNTIME_IMAGE name the bases.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const NODE_IMAGE = process.env.NODE_IMAGE || 'docker.io/library/node:24-bookworm-slim';
const DISTROLESS = process.env.RUNTIME_IMAGE || 'gcr.io/distroless/nodejs24-debian12:nonroot';
const [PORT, METRICS_PORT] = [18_083, 19_083];
const READY_WITHIN_MS = 5000;
/** Resident memory, in units of 10^6 bytes. */
const IDLE_BELOW_MB = 120;
/** Options for machines without systemd and without the right to raise limits. */
const PODMAN = ['podman', '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'];

function skip(reason) {
  process.stdout.write(`The image is not checked: ${reason}\n`);
  process.exit(0);
}

const isThere = (program) => spawnSync(program, ['--version']).error === undefined;

function run(words, input) {
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), { encoding: 'utf8', input });
  if (status === 0) return stdout.trim();
  throw new Error(`${words.join(' ')} ended with ${status}\n${stdout.slice(-4000)}${stderr.slice(-4000)}`);
}

function check(what, isSo) {
  if (!isSo) throw new Error(`not so: ${what}`);
}

const isLocal = (image) => spawnSync('buildah', ['inspect', '--type', 'image', image]).status === 0;

/** Returns options that mount the certificates of this machine for npm, if there are any. */
function certificates() {
  const file =
    process.env.NODE_EXTRA_CA_CERTS ||
    spawnSync('npm', ['config', 'get', 'cafile'], { encoding: 'utf8' }).stdout.trim();
  if (!existsSync(file)) return [];
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, 'cafile=/etc/ssl/certs/ca-certificates.crt\n');
  return ['-v', `${file}:/etc/ssl/certs/ca-certificates.crt:ro`, '-v', `${npmrc}:/usr/local/etc/npmrc:ro`];
}

function build(tag, ...words) {
  const base = ['buildah', 'bud', '-q', '--isolation', 'chroot', '--format', 'docker', '--layers', '--pull=never'];
  run([...base, ...certificates(), '--build-arg', `NODE_IMAGE=${NODE_IMAGE}`, ...words, '-t', tag, '.']);
}

/** Creates a package of steps whose class extends a class of the service. */
function stepsPackage() {
  const path = mkdtempSync(join(folder, 'steps-'));
  run(['chmod', '755', folder, path]);
  writeFileSync(join(path, 'package.json'), '{ "type": "module", "main": "index.js" }');
  writeFileSync(
    join(path, 'index.js'),
    `import { Step } from 'nestjs-auth-redirect';
class Step1 extends Step { id = 'mounted'; form = Object; view() { return { template: 'external', title: 'A', model: { text: 'A' } }; } submit() {} }
export const steps = [Step1];`,
  );
  return path;
}

async function checkImage(tag) {
  const { User, Entrypoint, Labels } = JSON.parse(run([...PODMAN, 'inspect', tag, '--format', '{{json .Config}}']));
  check(`${tag} has a number for a user, which is not root's: ${User}`, /^[1-9]\d*:[1-9]\d*$/.test(User));
  check(
    `${tag} starts without a shell: ${Entrypoint}`,
    Entrypoint.join(' ') === 'node --max-semi-space-size=4 --max-old-space-size=160 --no-flush-bytecode main.js',
  );
  check(
    `${tag} has OCI labels`,
    ['title', 'licenses', 'source', 'version', 'revision'].every((name) => Labels[`org.opencontainers.image.${name}`]),
  );
  const [name, variables] = [
    `image-check-${process.pid}`,
    { HOST: '127.0.0.1', PORT, METRICS_PORT, AUTH0_ISSUER: 'example.eu.auth0.com' },
  ];
  variables.AUTH0_SESSION_SECRET = 'c2VjcmV0IG9mIHRoZSBpbWFnZSBjaGVjaw==';
  variables.STEPS_PACKAGE = '/app/custom-steps';
  const restricted = [
    '--read-only',
    '--read-only-tmpfs=false',
    '--cap-drop=all',
    '--security-opt',
    'no-new-privileges',
  ];
  const limits = [
    '--memory',
    '256m',
    '--pids-limit',
    '100',
    '--ulimit',
    'nofile=4096:4096',
    '--ulimit',
    'nproc=4096:4096',
  ];
  const environment = Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const mount = ['-v', `${stepsPackage()}:/app/custom-steps:ro`];
  const container = ['--name', name, '--no-healthcheck', '--network', 'host', '--pull=never'];
  const began = performance.now();
  run([...PODMAN, 'run', '-d', ...container, ...restricted, ...limits, ...environment, ...mount, tag]);
  try {
    const ready = await readyAfter(began);
    const inspect = (what) => run([...PODMAN, 'inspect', name, '--format', `{{${what}}}`]);
    const status = run(['cat', `/proc/${inspect('.State.Pid')}/status`]);
    for (const line of [`Uid:\t${User.split(':')[0]}`, 'CapEff:\t0000000000000000', 'NoNewPrivs:\t1'])
      check(line, status.includes(line));
    const memory = Math.round((Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024) / 1e6);
    check(`${tag} is idle below ${IDLE_BELOW_MB} MB: ${memory}`, memory < IDLE_BELOW_MB);
    const said = run([...PODMAN, 'exec', name, 'node', 'main.js', 'check', '--offline']);
    check(`the mounted steps are known: ${said}`, said.includes('steps: mounted\n'));
    check(
      `${tag} has no npm`,
      spawnSync(PODMAN[0], [...PODMAN.slice(1), 'exec', name, 'npm', '--version']).status !== 0,
    );
    run([...PODMAN, 'stop', '-t', '10', name]);
    check(`${tag} ends with 0: ${inspect('.State.ExitCode')}`, inspect('.State.ExitCode') === '0');
    const size = Math.round(Number(run([...PODMAN, 'inspect', tag, '--format', '{{.Size}}'])) / 1e6);
    process.stdout.write(
      `${tag}: ${size} MB, ready after ${ready} ms with the engine's own time, ${memory} MB resident\n`,
    );
  } finally {
    run([...PODMAN, 'rm', '-f', '-t', '0', name]);
  }
}

async function readyAfter(began) {
  while (performance.now() - began < READY_WITHIN_MS) {
    const reply = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined);
    if (reply?.ok) return Math.round(performance.now() - began);
    await wait(10);
  }
  throw new Error(`not ready within ${READY_WITHIN_MS} ms`);
}

const absent = ['buildah', 'podman', 'runc'].filter((program) => !isThere(program));
if (absent.length > 0) skip(`there is no ${absent.join(', ')}`);
if (!isLocal(NODE_IMAGE)) skip(`${NODE_IMAGE} is not in the storage of buildah, and nothing is fetched`);
const folder = mkdtempSync(join(tmpdir(), 'image-check-'));
try {
  build('localhost/auth-redirect-check:slim');
  await checkImage('localhost/auth-redirect-check:slim');
  if (isLocal(DISTROLESS)) {
    build('localhost/auth-redirect-check:distroless', '--build-arg', `RUNTIME_IMAGE=${DISTROLESS}`);
    await checkImage('localhost/auth-redirect-check:distroless');
  } else process.stdout.write(`${DISTROLESS} is not in the storage of buildah: the distroless image is not checked\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
