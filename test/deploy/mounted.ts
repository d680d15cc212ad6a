import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { at, list, only, textAt, type Manifest, type YamlMap } from './manifests.js';

/** Mount paths of the pod's volumes. */
const PATHS = /(?<![\w.])\/(?:run\/secrets|etc\/auth-redirect)\//g;

/**
 * Writes the volumes of a Deployment to a folder, like the kubelet.
 *
 * @returns The variables of its ConfigMap, with all paths in that folder.
 */
export function mountedBelow(folder: string, manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const deployment = only(manifests, 'Deployment');
  const pod = at(deployment, 'spec', 'template', 'spec');
  const here = (text: string): string => text.replaceAll(PATHS, (path) => join(folder, path));
  for (const volume of list(pod, 'volumes')) {
    const mount = list(pod, 'containers', 0, 'volumeMounts').find((one) => at(one, 'name') === at(volume, 'name'));
    const files = filesOf(volume as YamlMap, manifests).map(([path, text]) => [path, here(text)] as const);
    lay(join(folder, textAt(mount, 'mountPath')), files);
  }
  const data = at(only(manifests, 'ConfigMap', deployment.metadata.name), 'data') as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, here(value)]));
}

type Files = readonly (readonly [path: string, text: string])[];

function filesOf(volume: YamlMap, manifests: readonly Manifest[]): Files {
  const secret = at(volume, 'secret', 'secretName') ?? at(volume, 'secret', 'name');
  if (secret !== undefined) return foreignFiles(textAt(secret));
  if (at(volume, 'configMap') === undefined) return [];
  const map = manifests.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === at(volume, 'configMap', 'name'),
  );
  if (!map) return foreignFiles(textAt(volume, 'configMap', 'name'));
  return list(volume, 'configMap', 'items').flatMap((item) => {
    const text = at(map, 'data', textAt(item, 'key'));
    return text === undefined ? [] : [[textAt(item, 'path'), textAt(text)] as const];
  });
}

/** Returns the content of an operator's own Secrets and ConfigMaps. */
function foreignFiles(name: string): Files {
  if (name.endsWith('-session-secret')) return [['current', `${name} of forty characters: 0123456789abcdef`]];
  const files: Readonly<Record<string, Files>> = {
    'auth-redirect-redis': [['url', 'rediss://user:password@redis.example.com:6379/0']],
    'auth-redirect-accounts': [['authorization', 'Bearer token']],
    'auth-redirect-smtp': [['password', 'a password']],
    'auth-redirect-gateway': [['token', 'a token of the gateway']],
    'auth-redirect-link': [['client-secret', 'a secret of the client']],
    'redis-ca': [['ca.crt', rootCertificates[0] ?? '']],
    views: [['steps/terms.hbs', '{{#> step}}<p>Terms</p>{{/step}}']],
    locales: [['nl.json', '{ "continue": { "title": "Een ogenblik" } }']],
  };
  const found = files[name];
  if (!found) throw new Error(`Nobody knows what ${name} holds`);
  return found;
}

/** Writes the files to a dated folder, links `..data` to it, and links each name into `..data`. */
function lay(directory: string, files: Files): void {
  const dated = '..2026_11_23_10_00_00.123456789';
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, dated, path)), { recursive: true });
    writeFileSync(join(directory, dated, path), text);
  }
  mkdirSync(directory, { recursive: true });
  symlinkSync(dated, join(directory, '..data'));
  for (const name of new Set(files.map(([path]) => path.split('/', 1)[0] ?? ''))) {
    symlinkSync(join('..data', name), join(directory, name));
  }
}
