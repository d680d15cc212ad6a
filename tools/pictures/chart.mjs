const CELL = { width: 59, height: 27 };
const COLORS = [
  '#73bf69',
  '#f2cc0c',
  '#8ab8ff',
  '#ff780a',
  '#f2495c',
  '#5794f2',
  '#b877d9',
  '#96d98d',
  '#ffa6b0',
  '#8f3bb8',
];
const AXIS = 48;
const HEAD = 26;
const UNITS = {
  reqps: (value) => `${rounded(value)} req/s`,
  ops: (value) => `${rounded(value)} ops/s`,
  percentunit: (value) => `${rounded(value * 100)} %`,
  bytes: (value) => (value < 1e6 ? `${rounded(value / 1e3)} kB` : `${rounded(value / 1e6)} MB`),
  s: (value) => (value > 0 && value < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`),
  short: (value) => rounded(value),
};

const rounded = (value) => String(Number(value.toPrecision(2)));
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Returns a panel of a Grafana dashboard as SVG. Supports the kinds row, stat and timeseries. */
export function chart(panel, series) {
  const { x, y, w, h } = panel.gridPos;
  const box = { width: w * CELL.width - 6, height: h * CELL.height - 6 };
  const place = `position:absolute;left:${8 + x * CELL.width}px;top:${8 + y * CELL.height}px`;
  const content = panel.type === 'row' ? '' : panelContent(panel, series, box);
  const frame = panel.type === 'row' ? '' : `<rect width="100%" height="100%" rx="3" fill="#181b1f" stroke="#2c3235"/>`;
  return `<svg width="${box.width}" height="${box.height}" style="${place}" font-family="sans-serif" font-size="11" fill="#ccccdc">
${frame}<text x="8" y="17" font-size="13" font-weight="600">${escaped(panel.title)}</text>${content}</svg>`;
}

function panelContent(panel, series, box) {
  if (!series.some(({ points }) => points.length > 0)) {
    return `<text x="${box.width / 2}" y="${box.height / 2}" text-anchor="middle" fill="#8e8e99">No data</text>`;
  }
  return panel.type === 'stat' ? stat(panel, series, box) : timeseries(panel, series, box);
}

function stat({ fieldConfig }, [{ points }], { width, height }) {
  const { unit, thresholds } = fieldConfig.defaults;
  const [, last] = points.at(-1);
  const color = thresholds.steps.findLast(({ value }) => value === null || last >= value).color;
  return `<text x="${width / 2}" y="${height / 2 + 16}" font-size="40" text-anchor="middle" fill="${color}">${UNITS[unit](last)}</text>`;
}

function timeseries({ fieldConfig }, series, box) {
  const { unit, custom } = fieldConfig.defaults;
  const lines =
    custom.stacking.mode === 'normal' ? stacked(series) : series.map(({ name, points }) => ({ name, points }));
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const top = Math.max(...values) || 1;
  const times = lines.flatMap(({ points }) => points.map(([time]) => time));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const bottom = box.height - 34;
  const left = (time) => AXIS + 12 + ((time - from) / (to - from || 1)) * (box.width - AXIS - 24);
  const down = (value) => bottom - (value / top) * (bottom - HEAD - 8);
  const grid = [0, 0.5, 1].map((part) => {
    const height = down(part * top);
    const label = UNITS[unit](part * top);
    return `<path d="M${AXIS + 12} ${height}H${box.width - 12}" stroke="#2c3235"/><text x="${AXIS + 6}" y="${height + 4}" text-anchor="end" font-size="10">${label}</text>`;
  });
  const clock = [from, to].map((time, index) => {
    const label = new Date(time * 1000).toISOString().slice(11, 16);
    return `<text x="${left(time)}" y="${bottom + 13}" font-size="10" text-anchor="${index === 0 ? 'start' : 'end'}">${label}</text>`;
  });
  const paths = lines.map(({ points }, index) => {
    const path = points.map(([time, value]) => `${left(time).toFixed(1)} ${down(value).toFixed(1)}`).join('L');
    return `<path d="M${path}" fill="none" stroke="${COLORS[index % COLORS.length]}" stroke-width="1.5"/>`;
  });
  return [...grid, ...clock, ...paths.toReversed(), legend(lines, box)].join('');
}

/** Stacks each line on the lines before it. */
function stacked(series) {
  const sums = new Map();
  return series.map(({ name, points }) => ({
    name,
    points: points.map(([time, value]) => {
      sums.set(time, (sums.get(time) ?? 0) + value);
      return [time, sums.get(time)];
    }),
  }));
}

function legend(lines, { width, height }) {
  let left = 12;
  const entries = lines.map(({ name }, index) => {
    const start = left;
    left += 24 + name.length * 6.2;
    if (left > width) return '';
    const color = COLORS[index % COLORS.length];
    return `<path d="M${start} ${height - 12}h10" stroke="${color}" stroke-width="3"/><text x="${start + 14}" y="${height - 8}">${escaped(name)}</text>`;
  });
  return entries.join('');
}
