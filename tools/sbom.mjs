// npm run sbom, after npm run build: writes dist/sbom.json, a CycloneDX list of the packages in the bundle dist/service. npm sbom lists all
// dependencies with licenses and checksums, also those for development. The bundler recorded which ones it used.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const bundled = bundledPackages();
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const { metadata, components, dependencies, ...document } = JSON.parse(
  execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }),
);

const used = components.filter((component) => bundled.delete(component['bom-ref']));
if (bundled.size > 0)
  throw new Error(`npm sbom does not list these packages of the bundle: ${[...bundled].join(', ')}`);
// npm writes the name of the folder instead.
const root = { ...metadata.component, name: readJson('package.json').name };
const known = new Set([root, ...used].map((component) => component['bom-ref']));
const links = dependencies
  .filter(({ ref }) => known.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) }));
const sbom = { ...document, metadata: { ...metadata, component: root }, components: used, dependencies: links };
writeFileSync('dist/sbom.json', `${JSON.stringify(sbom, null, 2)}\n`);
process.stdout.write(`dist/sbom.json: ${used.length} packages\n`);

/** Returns the packages in the bundle, as name@version. */
function bundledPackages() {
  const inputs = Object.values(readJson('dist/bundle.json').outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  return new Set(
    [...new Set(folders)]
      .map((folder) => readJson(`${folder}/package.json`))
      .map(({ name, version }) => `${name}@${version}`),
  );
}
