import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, run } from './deploy-tools.js';
import { at, CHART, list, only, render, textAt, valuesOf, type Yaml } from './manifests.js';
import { queryProblems } from './queries.js';
import { METRICS } from './service-interface.js';

const dashboard = JSON.parse(readFileSync(join(ROOT, CHART, 'files/dashboard.json'), 'utf8')) as Yaml;
const rules = parse(readFileSync(join(ROOT, CHART, 'files/rules.yaml'), 'utf8')) as Yaml;
const records = list(rules, 'groups')
  .flatMap((group) => list(group, 'rules'))
  .flatMap((rule) => (at(rule, 'record') === undefined ? [] : [textAt(rule, 'record')]));
const panels = list(dashboard, 'panels').filter((panel) => at(panel, 'type') !== 'row');
const queries = panels.flatMap((panel) => list(panel, 'targets').map((target) => textAt(target, 'expr')));

describe('the dashboard', () => {
  it('queries only existing metrics and labels', () => {
    expect(queries.flatMap((query) => queryProblems(query, records))).toEqual([]);
  });

  it('has valid PromQL', () => {
    const filled = queries.map((query) => query.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x'));
    const recordings = filled.map((expr, index) => ({ record: `query_${index}`, expr }));
    const file = join(mkdtempSync(join(tmpdir(), 'dashboard-')), 'queries.yaml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules: recordings }] }));
    const { status, output } = run('promtool', 'check', 'rules', file);
    rmSync(dirname(file), { recursive: true });
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining(`${queries.length} rules found`) });
  });

  it.each([
    ['a metric', 'sum(rate(auth_redirect_request_total{job="x"}[5m]))', 'auth_redirect_request_total is no metric'],
    [
      'a label',
      'auth_redirect_requests_total{job="x", result="refused"}',
      'auth_redirect_requests_total has no label result',
    ],
    ['a grouping', 'sum by (result) (auth_redirect_requests_total)', 'nothing here has the label result'],
    ['a recording', 'auth_redirect:slow:ratio_rate2h', 'auth_redirect:slow:ratio_rate2h is no metric'],
  ])('rejects a query of %s that does not exist', (_what, query, problem) => {
    expect(queryProblems(query, records)).toEqual([`${problem}: ${query}`]);
  });

  it('shows every metric of the service', () => {
    const shown = (name: string): boolean =>
      queries.some((query) => query.includes(name.replace(/_(?:bucket|count|sum)$/, '')));
    expect(
      Object.keys(METRICS).filter((name) => !shown(name) && !records.some((record) => record.includes(name))),
    ).toEqual([]);
  });

  it('queries one release, with its own variables', () => {
    const variables = new Set(list(dashboard, 'templating', 'list').map((variable) => textAt(variable, 'name')));
    const used = queries.flatMap((query) => [...query.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(used.filter((name) => !variables.has(name) && !name.startsWith('__'))).toEqual([]);
    expect(queries.filter((query) => !query.includes('namespace="$namespace"'))).toEqual([]);
  });

  it('has panels with unique numbers, titles and descriptions, which do not overlap', () => {
    const all = list(dashboard, 'panels');
    const cells = all.flatMap((panel) => {
      const [x, y, w, h] = ['x', 'y', 'w', 'h'].map((name) => Number(at(panel, 'gridPos', name))) as [
        number,
        number,
        number,
        number,
      ];
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(all.map((panel) => at(panel, 'id'))).size).toBe(all.length);
    expect(new Set(all.map((panel) => at(panel, 'title'))).size).toBe(all.length);
    expect(
      panels.filter((panel) => !at(panel, 'description') || at(panel, 'fieldConfig', 'defaults', 'unit') === undefined),
    ).toEqual([]);
  });

  it('is in the ConfigMap unchanged', () => {
    const map = only(render({ values: [valuesOf('full')] }), 'ConfigMap', 'login-redirect-dashboard');
    expect(JSON.parse(textAt(map, 'data', 'auth-redirect.json'))).toEqual(dashboard);
    expect(at(map, 'metadata', 'labels', 'grafana_dashboard')).toBe('1');
  });
});
