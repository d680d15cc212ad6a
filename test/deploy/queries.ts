import { FOREIGN_METRICS, METRICS, TARGET_LABELS } from './service-interface.js';

/** PromQL words that are not metrics: functions, operators, and Grafana's variables. */
const WORDS = new Set(
  (
    'absent and by changes count group_left histogram_quantile ignoring increase max min offset on or rate round sum time ' +
    'unless without'
  ).split(' '),
);

/**
 * Returns unknown metrics and labels of a query.
 *
 * @param recorded Names of recording rules.
 */
export function queryProblems(query: string, recorded: readonly string[]): readonly string[] {
  const known = { ...METRICS, ...FOREIGN_METRICS, ...Object.fromEntries(recorded.map((name) => [name, []])) };
  // Label lists, ranges and offsets are not metrics.
  const bare = query
    .replaceAll(/\b(?:by|on|without|ignoring)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ');
  const selected = [...bare.matchAll(/([a-z_:][\w:]*)\s*(\{[^}]*\})?/gi)].filter(([, name = '']) => !WORDS.has(name));
  const withoutStrings = bare.replaceAll(/\{[^}]*\}/g, ' ');
  const names = [...withoutStrings.matchAll(/[a-z_:][\w:]*/gi)]
    .map(([name]) => name)
    .filter((name) => !WORDS.has(name));
  const unknown = names.filter((name) => !Object.hasOwn(known, name)).map((name) => `${name} is no metric`);
  const labels = selected
    .filter(([, name = '']) => Object.hasOwn(known, name))
    .flatMap(([, name = '', selector = '']) =>
      [...selector.matchAll(/([a-z_]\w*)\s*(?:=~|!~|!=|=)\s*"/gi)]
        .map(([, label = '']) => label)
        .filter((label) => ![...(known[name] ?? []), ...TARGET_LABELS].includes(label))
        .map((label) => `${name} has no label ${label}`),
    );
  const grouped = [...query.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/\s*,\s*/));
  const own = names.flatMap((name) => known[name] ?? []);
  const ungrouped = grouped
    .filter((label) => ![...own, ...TARGET_LABELS].includes(label))
    .map((label) => `nothing here has the label ${label}`);
  return [...unknown, ...labels, ...ungrouped].map((problem) => `${problem}: ${query}`);
}
