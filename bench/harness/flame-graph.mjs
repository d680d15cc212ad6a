// Draws a flame graph from V8's .cpuprofile, as one standalone SVG. Hovering over a call shows its share.
import { escape } from './chart.mjs';

const WIDTH = 1400;
const ROW = 17;
const IDLE = new Set(['(root)', '(idle)', '(program)']);

const shortFile = (url) => url.replace(/^.*node_modules\/|^file:.*\/(?=dist\/)|^.*?\/(?=dist\/)/, '');

/** Returns `name file:line`. */
export function frameName({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  return url ? `${name} ${shortFile(url)}:${lineNumber + 1}` : name;
}

/** Returns each node's own time within the window, in microseconds, without its calls. */
function ownTimes({ samples, timeDeltas, startTime }, { from, until }) {
  const times = new Map();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index];
    if (at >= from && at <= until) times.set(id, (times.get(id) ?? 0) + timeDeltas[index]);
  }
  return times;
}

/**
 * @param {{ from: number, until: number }} window in microseconds of the monotonic clock
 * @returns the calls as a tree; calls of one function from the same place are one node
 */
export function callTree(profile, window) {
  const own = ownTimes(profile, window);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const build = (name, ids) => {
    const groups = new Map();
    for (const child of ids.flatMap((id) => nodes.get(id).children ?? [])) {
      const childName = frameName(nodes.get(child).callFrame);
      if (childName !== '(idle)') groups.set(childName, [...(groups.get(childName) ?? []), child]);
    }
    const children = [...groups].map(([childName, childIds]) => build(childName, childIds));
    const self = IDLE.has(name) && name !== '(program)' ? 0 : ids.reduce((sum, id) => sum + (own.get(id) ?? 0), 0);
    return { name, self, total: children.reduce((sum, child) => sum + child.total, self), children };
  };
  return build('(root)', [profile.nodes[0].id]);
}

/** Returns the functions with the most time without their calls. */
export function hottest(tree, count) {
  const times = new Map();
  const visit = ({ name, self, children }) => {
    times.set(name, (times.get(name) ?? 0) + self);
    children.forEach(visit);
  };
  visit(tree);
  return inOrder(times, tree, count);
}

/** Returns the product's functions with the most time including their calls. A recursive call counts once. */
export function costliest(tree, count) {
  const times = new Map();
  const visit = ({ name, total, children }, above) => {
    const counts = isOurs(name) && !above.has(name);
    if (counts) times.set(name, (times.get(name) ?? 0) + total);
    const within = counts ? new Set([...above, name]) : above;
    children.forEach((child) => visit(child, within));
  };
  visit(tree, new Set());
  return inOrder(times, tree, count);
}

function inOrder(times, tree, count) {
  const first = [...times].sort(([, a], [, b]) => b - a).slice(0, count);
  return first.map(([name, time]) => ({ name, share: time / tree.total }));
}

const isOurs = (name) => name.includes(' dist/');

function hue(name) {
  if (isOurs(name)) return 215;
  return name.includes('node:') || !name.includes(' ') ? 140 : 30;
}

function rectangles(node, x, depth, scale, total) {
  const width = node.total * scale;
  if (width < 0.4) return [];
  const share = `${((100 * node.total) / total).toFixed(2)} %`;
  const text = width > 40 ? escape(node.name.slice(0, Math.floor(width / 6.2))) : '';
  const rectangle =
    `<g><title>${escape(node.name)} (${share})</title>` +
    `<rect x="${x.toFixed(1)}" y="${depth * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="hsl(${hue(node.name)} 60% 72%)"/>` +
    `<text x="${(x + 3).toFixed(1)}" y="${depth * ROW + 12}">${text}</text></g>`;
  let left = x;
  const inner = [...node.children]
    .sort((a, b) => b.total - a.total)
    .flatMap((child) => {
      const drawn = rectangles(child, left, depth + 1, scale, total);
      left += child.total * scale;
      return drawn;
    });
  return [rectangle, ...inner];
}

const depthOf = ({ children }) => 1 + Math.max(0, ...children.map(depthOf));

/** Draws the calls with the roots on top. Blue: the product; orange: packages; green: Node. */
export function flameGraph(tree) {
  const height = depthOf(tree) * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="monospace" font-size="10">
<rect width="100%" height="100%" fill="#fff"/>
${rectangles(tree, 0, 0, WIDTH / tree.total, tree.total).join('\n')}
</svg>
`;
}
