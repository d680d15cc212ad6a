// node deploy/kustomize/render.mjs [--check]
// Builds the kustomize base from the chart. With --check it only reports outdated files. HELM names the program.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const base = here('base/');
const NAME = 'auth-redirect';
const NOTE = '# Made from the chart by deploy/kustomize/render.mjs. Change that, or an overlay.\n';

function helmTemplate() {
  const fetched = here('../../node_modules/.cache/deploy-tools/helm');
  const program = process.env.HELM || (existsSync(fetched) ? fetched : 'helm');
  const words = ['template', NAME, here('../helm/nestjs-auth-redirect'), '--values', here('values.yaml')];
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status === 0) return stdout;
  process.stderr.write(`${stderr ?? ''}${program} failed${error ? `: ${error.message}` : ''}\n`);
  return process.exit(1);
}

/** Labels that only Helm has a use for. */
function withoutHelm(object) {
  for (const labels of [object.metadata.labels, object.spec?.template?.metadata.labels]) {
    delete labels?.['helm.sh/chart'];
    delete labels?.['app.kubernetes.io/managed-by'];
  }
  return object;
}

/** kustomize gives the ConfigMap a name by its content, and so rolls the pods when it changes. */
function withoutChecksum(deployment) {
  const { metadata } = deployment.spec.template;
  delete metadata.annotations['checksum/environment'];
  if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations;
  return deployment;
}

function filesOfBase() {
  const objects = parseAllDocuments(helmTemplate())
    .filter((document) => document.contents !== null)
    .map((document) => withoutHelm(document.toJS()));
  const environment = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === NAME);
  const others = objects.filter((object) => object !== environment);
  for (const deployment of others.filter(({ kind }) => kind === 'Deployment')) withoutChecksum(deployment);
  const files = new Map();
  for (const object of others) {
    const file = `${object.kind.toLowerCase()}.yaml`;
    const text = stringify(object, { lineWidth: 0 });
    files.set(file, files.has(file) ? `${files.get(file)}---\n${text}` : NOTE + text);
  }
  const variables = Object.entries(environment.data).map(([name, value]) => `${name}=${value}\n`);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files.keys()].toSorted((a, b) => a.localeCompare(b, 'en')),
    configMapGenerator: [{ name: NAME, envs: ['environment.env'] }],
  };
  files.set('environment.env', NOTE + variables.join(''));
  files.set('kustomization.yaml', NOTE + stringify(kustomization));
  return files;
}

const files = filesOfBase();
const there = existsSync(base) ? readdirSync(base) : [];
const stale = [
  ...there.filter((file) => !files.has(file)),
  ...[...files]
    .filter(([file, text]) => !there.includes(file) || readFileSync(join(base, file), 'utf8') !== text)
    .map(([file]) => file),
];
if (process.argv.includes('--check')) {
  for (const file of stale) process.stderr.write(`deploy/kustomize/base/${file} is not what the chart gives\n`);
  process.exit(stale.length > 0 ? 1 : 0);
}
for (const file of there.filter((one) => !files.has(one))) rmSync(join(base, file));
for (const [file, text] of files) writeFileSync(join(base, file), text);
process.stdout.write(`${stale.length} files changed in deploy/kustomize/base\n`);
