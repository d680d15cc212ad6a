import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ROOT, run } from './deploy-tools.js';
import { at, CHART, list, only, render, textAt, valuesOf, type Yaml, type YamlMap } from './manifests.js';
import { queryProblems } from './queries.js';

const FILE = join(CHART, 'files/rules.yaml');
const rules = list(parse(readFileSync(join(ROOT, FILE), 'utf8')) as Yaml, 'groups').flatMap((group) =>
  list(group, 'rules'),
);
const alerts = rules
  .filter((rule) => at(rule, 'alert') !== undefined)
  .map((rule) => [textAt(rule, 'alert'), rule] as const);
const records = rules.flatMap((rule) => (at(rule, 'record') === undefined ? [] : [textAt(rule, 'record')]));
const runbook = readFileSync(join(ROOT, 'docs/how-to/runbook.md'), 'utf8');

describe('the rules', () => {
  it('are valid', () => {
    expect(run('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', FILE)).toEqual(
      expect.objectContaining({ status: 0, output: expect.stringContaining(`SUCCESS: ${rules.length} rules found`) }),
    );
  });

  it.each(['test/deploy/rules.test.yaml', 'test/deploy/rules-days.test.yaml'])('pass %s', (file) => {
    expect(run('promtool', 'test', 'rules', file)).toEqual(
      expect.objectContaining({ status: 0, output: expect.stringContaining('SUCCESS') }),
    );
  });

  it('query only existing metrics and labels', () => {
    expect(rules.flatMap((rule) => queryProblems(textAt(rule, 'expr'), records))).toEqual([]);
  });

  it.each(alerts)('%s is tested, described and has its section in docs/how-to/runbook.md', (name, rule) => {
    const tests = ['rules.test.yaml', 'rules-days.test.yaml'].map((file) =>
      readFileSync(join(ROOT, 'test/deploy', file), 'utf8'),
    );
    const fires = new RegExp(`alertname: ${name}\\n +exp_alerts:(?: &\\w+)?\\n +- exp_labels`);
    expect(tests.some((text) => fires.test(text))).toBe(true);
    expect(['critical', 'warning']).toContain(at(rule, 'labels', 'severity'));
    expect(textAt(rule, 'annotations', 'summary')).not.toBe('');
    const section = runbook.split(/^## /m).find((text) => text.startsWith(`${name}\n`));
    for (const part of ['**Means.**', '**Look.**', '**Fix.**']) expect(section).toContain(part);
  });

  it('has no section for an unknown alert', () => {
    const sections = [...runbook.matchAll(/^## (AuthRedirect\w+)$/gm)].map(([, name]) => name);
    expect(sections.toSorted()).toEqual(alerts.map(([name]) => name).toSorted());
  });

  describe('as a PrometheusRule', () => {
    const specOf = (...set: readonly string[]) =>
      at(only(render({ values: [valuesOf('full')], set }), 'PrometheusRule'), 'spec') as YamlMap;
    const rulesOf = (one: YamlMap) => list(one, 'groups').flatMap((group) => list(group, 'rules'));
    const spec = specOf();
    const own = rulesOf(spec);

    it('are valid', () => {
      const folder = mkdtempSync(join(tmpdir(), 'rules-'));
      try {
        writeFileSync(join(folder, 'rules.yaml'), stringify(spec));
        expect(run('promtool', 'check', 'rules', join(folder, 'rules.yaml')).status).toBe(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('query only this release', () => {
      const selectors = own.flatMap((rule) => [...textAt(rule, 'expr').matchAll(/\{[^}]*\}/g)].map(([text]) => text));
      expect(selectors.length).toBeGreaterThan(rules.length);
      expect(
        selectors.filter((text) => !text.includes('namespace="login"') || !text.includes('login-redirect')),
      ).toEqual([]);
    });

    it('link to the runbook, have additional labels, and omit disabled rules', () => {
      const alert = own.find((rule) => at(rule, 'alert') === 'AuthRedirectStoreDegraded');
      expect(at(alert, 'annotations', 'runbook_url')).toBe(
        'https://runbooks.example.com/auth-redirect#authredirectstoredegraded',
      );
      expect(at(alert, 'labels')).toEqual({ severity: 'warning', team: 'login' });
      expect(own).toHaveLength(rules.length - 1);
      expect(own.map((rule) => at(rule, 'alert'))).not.toContain('AuthRedirectEventLoopLag');
    });

    it('link to docs/how-to/runbook.md at the home of the chart by default', () => {
      const { home } = parse(readFileSync(join(ROOT, CHART, 'Chart.yaml'), 'utf8')) as { home: string };
      const alert = rulesOf(specOf('metrics.prometheusRule.runbook=')).find((rule) => at(rule, 'alert') !== undefined);
      const page = `${home}/blob/main/docs/how-to/runbook.md#${textAt(alert, 'alert').toLowerCase()}`;
      expect(at(alert, 'annotations', 'runbook_url')).toBe(page);
    });
  });
});
