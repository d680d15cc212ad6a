import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const CONFIGURATION = 'docs/reference/configuration.md';

describe('npm run docs:check', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'documentation-'));
    const files = 'git ls-files -z --cached --others --exclude-standard -- ":!*.png" ":!sandbox/src" ":!bench/results"';
    execFileSync('sh', ['-c', `${files} | xargs -0 cp --parents -t "${folder}" 2>/dev/null || true`], { cwd: ROOT });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const change = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(
      join(folder, file),
      text.replace(from, () => to),
    );
  };

  it('reports each mistake in one line', () => {
    change('docs/index.md', '(how-to/kubernetes.md)', '(how-to/kubernets.md)');
    change('docs/index.md', '(tutorials/first-login.md)', '(tutorials/first-login.md#7-add-a-stop)');
    change('docs/how-to/custom-steps.md', "readonly id = 'birthday';", "readonly id = 'birthdays';");
    change(CONFIGURATION, ' HOST PORT ', ' PORT PORT ');
    change('src/service/metrics/metrics.ts', 'Time to verify a session token', 'Time to check a session token');
    change('src/auth-redirect/errors.ts', '  not_found: refusal', '  not_there: refusal');
    change('docs/steps/terms.md', ' TermsDocumentOptions -->', ' TermsDocumentOptions id title version text url -->');
    change('docs/reference/limits.md', '## Steps', '| Option | Default |\n|---|---|\n\n## Steps');
    change('docs/reference/limits.md', '## Steps', 'Set `MAX_CONNECTIONS` (default 1000).\n\n## Steps');
    change('docs/reference/log.md', '## The first line', '| `issuer_unknown` | another host |\n\n## The first line');
    change('docs/explanation/threat-model.md', '“is at most 8,192 bytes”', '“is at most 8,193 bytes”');
    change('docs/how-to/troubleshooting.md', '### internal_error', '### internal_fault');
    writeFileSync(join(folder, 'docs/images/unused.svg'), '');
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'tools/docs-check.mjs')], {
      encoding: 'utf8',
    });
    const lines = stderr
      .split('\n')
      .filter((line) => !/leads to a missing file/.test(line) || line.includes('kubernets'));
    expect({ status, lines }).toEqual({
      status: 1,
      lines: expect.arrayContaining([
        'docs/index.md: how-to/kubernets.md leads to a missing file',
        'docs/index.md: tutorials/first-login.md#7-add-a-stop leads to a missing heading',
        expect.stringContaining(
          'docs/how-to/custom-steps.md shows lines that are not in examples/custom-step/birthday.step.ts',
        ),
        'HOST is in no table',
        'PORT is in two tables',
        'docs/reference/metrics.md is out of date. To update: npm run docs:reference',
        'docs/reference/refusals.md is out of date. To update: npm run docs:reference',
        'TermsDocumentOptions.required is in no table',
        'docs/reference/limits.md has a table of defaults',
        'docs/reference/limits.md repeats the default of MAX_CONNECTIONS',
        'docs/reference/log.md has a row for issuer_unknown: link to the reference',
        'docs/reference/refusals.md: ../how-to/troubleshooting.md#internal_error leads to a missing heading',
        'no page shows docs/images/unused.svg',
        'docs/explanation/threat-model.md: no test is at most 8,193 bytes',
      ]),
    });
  });
});
