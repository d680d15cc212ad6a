// npm run test:commands
// Clones the last commit and runs the commands of CONTRIBUTING.md in order, long ones in a short form.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Replacements of commands that are slow, wait for a person, or change files. */
const SHORT_FORMS = {
  'npm run demo': 'npm run demo -- --once',
  'npm test': 'npm test -- test/redirect',
  'npm run test:sandbox': 'npm run test:sandbox -- run-action',
  'npm run test:browser': 'npm run test:browser -- continue-page',
  'npm run mutation': 'npm run mutation -- --dryRunOnly',
  'npm run format': 'npm run format && git diff --exit-code',
  'npm run test:package': 'npm run test:package -- manifest',
  'npm run test:deploy': 'npm run test:deploy -- kustomize',
  'npm run bench': 'npm run bench -- --quick',
  'npm run chart:readme': 'npm run chart:readme -- --check',
  'npm run release -- 1.2.3': 'npm run release -- 1.2.3 && git checkout --quiet .',
  'npm run addresses': 'npm run addresses -- --check',
  'npm run docs:reference': 'npm run docs:reference -- --check',
  'npm run docs:pictures': 'npm run docs:pictures -- terms-declined',
  // The server runs until it is stopped.
  'npm run docs:dev': 'timeout 20 npm run docs:dev; test $? = 124',
  'npm run api': 'npm run api -- --check',
  // Without configuration, the service prints the missing variables.
  'npm run start:prod': 'npm run start:prod; test $? = 78',
  'npm run test:commands': 'true',
  // `.ci/run` consists of the commands above.
  '.ci/run': 'test -x .ci/run',
};

const read = (path) => readFileSync(join(REPOSITORY, path), 'utf8');
const guide = read('CONTRIBUTING.md');
const commands = [...guide.matchAll(/^\| `((?:npm |\.ci)[^`]+)` \|/gm)].map(([, command]) => command);
const guides = guide + read('bench/README.md');
const { prepack: _ofNpm, ...scripts } = JSON.parse(read('package.json')).scripts;
const unnamed = Object.keys(scripts).filter(
  (script) => !guides.includes(`npm run ${script}`) && !guides.includes(`npm ${script}`),
);

const clone = mkdtempSync(join(tmpdir(), 'commands-'));
process.once('exit', () => rmSync(clone, { recursive: true, force: true }));
sh(`git clone --quiet '${REPOSITORY}' .`);

const failed = commands.filter((command) => {
  const startedAt = performance.now();
  const { status, output } = sh(SHORT_FORMS[command] ?? command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${seconds.padStart(4)} s  ${command}\n`);
  if (status !== 0) process.stdout.write(output.slice(-4000));
  return status !== 0;
});
for (const script of unnamed) process.stdout.write(`No guide names npm run ${script}\n`);
process.exitCode = commands.length > 0 && failed.length + unnamed.length === 0 ? 0 : 1;

/** Runs a shell command in the clone, without a terminal. */
function sh(line) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: clone,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { status, output: `${stdout}${stderr}` };
}
