// node tools/sbom.mjs, after npm run build
// Writes dist/sbom.json: the packages of which something is in the bundle dist/service, as CycloneDX. npm tells them all, with
// licenses and checksums, as dependencies of this package or of its development; the bundler has noted which of them it took.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const words = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const { status, stdout, stderr } = spawnSync('npm', words, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
if (status !== 0) {
  process.stderr.write(`${stderr.slice(0, 4000)}\nnpm ${words.join(' ')} failed\n`);
  process.exit(1);
}
const all = JSON.parse(stdout);
const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const bundled = new Set(JSON.parse(readFileSync('dist/bundled.json', 'utf8')));

const components = all.components
  .filter((component) => bundled.has(component['bom-ref']))
  // npm says how this package depends on them, for development too; the bundle has them.
  .map((component) => ({
    ...component,
    scope: 'required',
    properties: component.properties.filter((one) => one.name !== 'cdx:npm:package:development'),
  }));
const known = new Set(components.map((component) => component['bom-ref']));
const missing = [...bundled].filter((one) => !known.has(one));
if (missing.length > 0) {
  process.stderr.write(`in the bundle, and unknown to npm: ${missing.join(', ')}\n`);
  process.exit(1);
}

known.add(all.metadata.component['bom-ref']);
const dependencies = all.dependencies
  .filter(({ ref }) => known.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) }));
// npm takes the folder's name.
const metadata = { ...all.metadata, component: { ...all.metadata.component, name } };
writeFileSync('dist/sbom.json', `${JSON.stringify({ ...all, metadata, components, dependencies }, null, 2)}\n`);
process.stdout.write(`dist/sbom.json: ${components.length} packages\n`);
