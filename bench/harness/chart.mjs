// Draws bar charts as plain SVG, in colors that are readable on light and dark pages, because GitHub shows a README on
// both.
const WIDTH = 860;
const LABEL_WIDTH = 330;
const VALUE_WIDTH = 90;
const ROW = 26;
const TOP = 44;
const TEXT = '#7a828c';
const ACCENT = '#3f7fe0';
const PLAIN = '#9aa3ad';

export const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function bar({ label, value, isOurs }, row, scale) {
  const y = TOP + row * ROW;
  const width = Math.max(1, value * scale).toFixed(1);
  const weight = isOurs ? ' font-weight="600"' : '';
  return (
    `<text x="${LABEL_WIDTH - 10}" y="${y + 16}" text-anchor="end"${weight}>${escape(label)}</text>` +
    `<rect x="${LABEL_WIDTH}" y="${y + 3}" width="${width}" height="${ROW - 7}" rx="3" fill="${isOurs ? ACCENT : PLAIN}"/>` +
    `<text x="${LABEL_WIDTH + Number(width) + 8}" y="${y + 16}"${weight}>${value.toLocaleString('en-US')}</text>`
  );
}

/** @param {{ title: string, caption: string, bars: { label: string, value: number, isOurs?: boolean }[] }} chart */
export function barChart({ title, caption, bars }) {
  const height = TOP + bars.length * ROW + 34;
  const scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / Math.max(...bars.map(({ value }) => value));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="14" fill="${TEXT}">
<text x="0" y="22" font-size="16" font-weight="600">${escape(title)}</text>
${bars.map((each, row) => bar(each, row, scale)).join('\n')}
<text x="0" y="${height - 8}" font-size="11">${escape(caption)}</text>
</svg>
`;
}
