// node bundle-sdk.mjs [DIST], part of npm run build: bundles the SDK of the sample app into DIST/app, and the licenses of its packages.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url));
const sdk = join(dist, 'app', 'openid-connect.js');

const { metafile } = await build({
  entryPoints: [sdk],
  outfile: sdk,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Dependencies of this package, and one that "debug" does without.
  external: ['express', 'jose', 'supports-color'],
  metafile: true,
});
writeFileSync(join(dist, 'app', 'THIRD-PARTY-LICENSES.txt'), licensesOf(Object.keys(metafile.inputs)).join('\n\n'));

function licensesOf(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/.][^/]*/.exec(file) ?? []);
  return [...new Set(folders)]
    .toSorted((a, b) => a.localeCompare(b))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const licenseFile = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = licenseFile ? readFileSync(join(folder, licenseFile), 'utf8').trim() : '';
      return `${name} ${version} (${license})\n\n${text}\n\n${'-'.repeat(80)}`;
    });
}
