import { at, list, textAt, type Manifest, type Yaml, type YamlMap } from './manifests.js';

type Check = (manifest: Manifest) => readonly string[];

/** Rules for the manifests beyond their schema: the "restricted" Pod Security Standard, and rules of this project. */
const CHECKS: readonly Check[] = [
  checkPodSecurity,
  checkContainers,
  checkProbes,
  checkSecrets,
  checkReferences,
  checkSelector,
  checkPublished,
  checkMetricsService,
];

export function policyProblems(manifest: Manifest): readonly string[] {
  return CHECKS.flatMap((check) => check(manifest)).map(
    (problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`,
  );
}

/** Checks the rules that concern several objects. */
export function releaseProblems(manifests: readonly Manifest[]): readonly string[] {
  const pods = manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((one) => at(one, 'spec', 'template') as YamlMap);
  const selecting = [
    ...manifests.filter(({ kind }) => kind === 'Service').map((one) => [one, at(one, 'spec', 'selector')] as const),
    ...manifests
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .map((one) => [one, at(one, 'spec', 'selector', 'matchLabels')] as const),
    ...manifests
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map((one) => [one, at(one, 'spec', 'podSelector', 'matchLabels')] as const),
  ];
  const configMaps = new Map(
    manifests.filter(({ kind }) => kind === 'ConfigMap').map((one) => [one.metadata.name, at(one, 'data') ?? {}]),
  );
  const services = new Map(manifests.filter(({ kind }) => kind === 'Service').map((one) => [one.metadata.name, one]));
  return [
    ...selecting
      .filter(([, selector]) => !pods.some((pod) => matches(selector, at(pod, 'metadata', 'labels'))))
      .map(([one]) => `${one.kind} ${one.metadata.name}: selects no pod`),
    ...pods.flatMap((pod) => missingKeys(pod, configMaps)),
    ...pods.flatMap((pod) => graceProblems(pod, [...configMaps.values()])),
    ...manifests
      .flatMap((one) => backendsOf(one))
      .flatMap(({ from, name, port }) => {
        const service = services.get(name);
        const ports = list(service, 'spec', 'ports').flatMap((each) => [at(each, 'name'), at(each, 'port')]);
        return ports.includes(port) ? [] : [`${from}: leads to ${name}:${textAt(port)}, which is no port of a Service`];
      }),
    ...pods.flatMap((pod) => servedPorts(pod, [...services.values()])),
    ...countsAlone(manifests),
    ...twice(manifests),
  ];
}

function podOf({ kind, ...manifest }: Manifest): YamlMap | undefined {
  if (kind === 'Pod') return at(manifest, 'spec') as YamlMap;
  return at(manifest, 'spec', 'template', 'spec') as YamlMap | undefined;
}

function containersOf(pod: YamlMap | undefined): readonly YamlMap[] {
  return [...list(pod, 'initContainers'), ...list(pod, 'containers')] as readonly YamlMap[];
}

/** Returns the problems that an object has. */
function problems(...entries: readonly (readonly [isProblem: boolean, problem: string])[]): readonly string[] {
  return entries.filter(([isProblem]) => isProblem).map(([, problem]) => problem);
}

function checkPodSecurity(manifest: Manifest): readonly string[] {
  const pod = podOf(manifest);
  if (!pod) return [];
  const security = at(pod, 'securityContext');
  const volumes = [
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ];
  return problems(
    [at(security, 'runAsNonRoot') !== true, 'may run as root'],
    [!isUser(at(security, 'runAsUser')), 'has no numeric user other than root'],
    [!['RuntimeDefault', 'Localhost'].includes(textAt(security, 'seccompProfile', 'type')), 'has no seccomp profile'],
    [pod.automountServiceAccountToken !== false, 'mounts a service account token'],
    [pod.enableServiceLinks !== false, 'is given the addresses of every Service'],
    [['hostNetwork', 'hostPID', 'hostIPC'].some((name) => pod[name] === true), 'shares a namespace of the node'],
    [
      list(pod, 'volumes').some((volume) => !Object.keys(volume as YamlMap).some((name) => volumes.includes(name))),
      'has a volume that the restricted standard does not allow',
    ],
  );
}

const isUser = (value: Yaml | undefined): boolean => typeof value === 'number' && Number.isInteger(value) && value > 0;

function checkContainers(manifest: Manifest): readonly string[] {
  return containersOf(podOf(manifest)).flatMap((container) => {
    const security = container.securityContext;
    const image = textAt(container, 'image');
    const [reference = '', digest] = image.split('@');
    const tag = /:([^/:]+)$/.exec(reference)?.[1];
    return problems(
      [at(security, 'allowPrivilegeEscalation') !== false, 'may gain privileges'],
      [at(security, 'privileged') === true, 'is privileged'],
      [at(security, 'readOnlyRootFilesystem') !== true, 'may write to its image'],
      [!list(security, 'capabilities', 'drop').includes('ALL'), 'keeps capabilities'],
      [list(security, 'capabilities', 'add').some((name) => name !== 'NET_BIND_SERVICE'), 'adds capabilities'],
      [[undefined, 'latest'].includes(tag) && digest === undefined, `has the image ${image}, which changes`],
      [digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest), `has the image ${image}, whose digest is none`],
      [at(container, 'resources', 'requests', 'cpu') === undefined, 'asks for no CPU'],
      [at(container, 'resources', 'requests', 'memory') === undefined, 'asks for no memory'],
      [at(container, 'resources', 'limits', 'memory') === undefined, 'has no memory limit'],
      [list(container, 'ports').some((port) => at(port, 'hostPort') !== undefined), 'takes a port of the node'],
    ).map((problem) => `${textAt(container, 'name')} ${problem}`);
  });
}

/** Checks that each probe requests its own path at a port of the container. */
function checkProbes(manifest: Manifest): readonly string[] {
  if (manifest.kind !== 'Deployment') return [];
  const [container] = list(podOf(manifest), 'containers') as readonly YamlMap[];
  const ports = list(container, 'ports').map((port) => at(port, 'name'));
  const paths = { startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' };
  return Object.entries(paths).flatMap(([name, path]) =>
    problems(
      [at(container, name, 'httpGet', 'path') !== path, `${name} does not ask ${path}`],
      [!ports.includes(at(container, name, 'httpGet', 'port') ?? null), `${name} probes an unknown port`],
    ),
  );
}

/** Checks that the grace period covers the pause, the drain and the deadline. */
function graceProblems(pod: YamlMap, environments: readonly Yaml[]): readonly string[] {
  const lifecycle = at(list(pod, 'spec', 'containers')[0], 'lifecycle', 'preStop');
  const environment = environments.find((one) => at(one, 'DRAIN_DELAY_MS') !== undefined);
  const seconds = (name: string): number => Number(at(environment, name)) / 1000;
  const grace = Number(at(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30);
  const longest =
    Number(at(lifecycle, 'sleep', 'seconds') ?? 0) + seconds('DRAIN_DELAY_MS') + seconds('SHUTDOWN_DEADLINE_MS');
  return problems(
    [at(lifecycle, 'exec') !== undefined, 'Deployment: runs a command before it stops, and there is no shell'],
    [!(grace > longest), `Deployment: is killed after ${grace} s, and may take ${longest} s`],
  );
}

const SECRET_NAME = /(?:SECRET|PASSWORD|TOKEN|PRIVATE_KEY)(?:_PREVIOUS)?$/i;

/** Checks that no ConfigMap or literal variable contains a secret, and that mounted secrets follow a rotation. */
function checkSecrets(manifest: Manifest): readonly string[] {
  const texts = Object.entries((manifest.kind === 'ConfigMap' ? at(manifest, 'data') : undefined) ?? {}) as [
    string,
    string,
  ][];
  const mounts = containersOf(podOf(manifest)).flatMap((container) => list(container, 'volumeMounts'));
  const variables = containersOf(podOf(manifest)).flatMap((container) => list(container, 'env')) as readonly YamlMap[];
  return problems(
    [manifest.kind === 'Secret', 'is a Secret: those are the operator’s'],
    ...texts.map(([name]) => [SECRET_NAME.test(name), `holds the secret ${name}`] as const),
    ...texts.map(([name, text]) => [/:\/\/[^/\s:@]*:[^/\s@]+@/.test(text), `holds a password in ${name}`] as const),
    ...texts.map(
      ([name, text]) => [/^\s*(?:smtpPassword|secret|password):/m.test(text), `holds a secret in ${name}`] as const,
    ),
    ...variables.map(
      (one) =>
        [SECRET_NAME.test(textAt(one, 'name')) && one.value !== undefined, `says ${textAt(one, 'name')}`] as const,
    ),
    ...variables.map(
      (one) =>
        [
          /^AUTH0_SESSION_SECRET(?:_PREVIOUS)?$/.test(textAt(one, 'name')),
          'has a session secret that needs a restart',
        ] as const,
    ),
    [mounts.some((mount) => at(mount, 'subPath') !== undefined), 'mounts by subPath, which never changes'],
    [
      mounts.some((mount) => /^\/run\/secrets\//.test(textAt(mount, 'mountPath')) && at(mount, 'readOnly') !== true),
      'mounts secrets for writing',
    ],
    [
      list(podOf(manifest), 'volumes').some(
        (volume) => at(volume, 'secret') !== undefined && at(volume, 'secret', 'defaultMode') !== 0o440,
      ),
      'has secrets that others may read',
    ],
  );
}

/** Checks that each mount has a volume, each volume a mount, and each mount its own path. */
function checkReferences(manifest: Manifest): readonly string[] {
  const pod = podOf(manifest);
  const volumes = list(pod, 'volumes').map((volume) => at(volume, 'name'));
  const mounts = containersOf(pod).map((container) => list(container, 'volumeMounts'));
  const mounted = mounts.flat().map((mount) => at(mount, 'name'));
  const paths = mounts.flatMap((own) => own.map((mount) => textAt(mount, 'mountPath')));
  return problems(
    ...mounted.map((name) => [!volumes.includes(name ?? null), `mounts ${textAt(name)}, which is no volume`] as const),
    ...volumes.map(
      (name) => [!mounted.includes(name), `has the volume ${textAt(name)}, which nothing mounts`] as const,
    ),
    ...paths.map(
      (path) => [paths.filter((other) => other === path).length > 1, `mounts two volumes at ${path}`] as const,
    ),
    ...paths.map(
      (path) => [paths.some((other) => path.startsWith(`${other}/`)), `mounts ${path} within another volume`] as const,
    ),
  );
}

function checkSelector(manifest: Manifest): readonly string[] {
  if (manifest.kind !== 'Deployment') return [];
  const selector = at(manifest, 'spec', 'selector', 'matchLabels');
  return problems(
    [!matches(selector, at(manifest, 'spec', 'template', 'metadata', 'labels')), 'does not select its own pods'],
    [at(selector, 'app.kubernetes.io/version') !== undefined, 'selects by version, which no update may change'],
    [
      at(manifest, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable') !== 0,
      'takes pods away before others are ready',
    ],
    [
      !/^[0-9a-f]{64}$/.test(textAt(manifest, 'spec', 'template', 'metadata', 'annotations', 'checksum/environment')),
      'does not roll when its environment changes',
    ],
    [list(podOf(manifest), 'topologySpreadConstraints').length === 0, 'may put all of its pods on one node'],
  );
}

/** Checks that health and metrics are not public. */
function checkPublished(manifest: Manifest): readonly string[] {
  const ingress = list(manifest, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'http', 'paths').map((path) => at(path, 'path')),
  );
  const route = list(manifest, 'spec', 'rules').flatMap((rule) =>
    list(rule, 'matches').map((match) => at(match, 'path', 'value')),
  );
  const controller = at(manifest, 'spec', 'ingressClassName');
  const annotations = at(manifest, 'metadata', 'annotations');
  return problems(
    ...[...ingress, ...route].map((path) => [path !== '/redirect', `publishes ${textAt(path)}`] as const),
    [
      manifest.kind === 'Ingress' &&
        controller === 'nginx' &&
        at(annotations, 'nginx.ingress.kubernetes.io/enable-access-log') !== 'false',
      'has session tokens in the access log of nginx',
    ],
    [
      manifest.kind === 'Ingress' &&
        controller === 'nginx' &&
        at(annotations, 'nginx.ingress.kubernetes.io/proxy-buffer-size') === undefined,
      'has no room for the cookie of a step at nginx',
    ],
    [
      manifest.kind === 'Ingress' &&
        controller === 'traefik' &&
        at(annotations, 'traefik.ingress.kubernetes.io/router.observability.accesslogs') !== 'false',
      'has session tokens in the access log of Traefik',
    ],
  );
}

function checkMetricsService(manifest: Manifest): readonly string[] {
  if (manifest.kind !== 'Service') return [];
  const isPublished = at(manifest, 'spec', 'clusterIP') !== 'None';
  const ports = list(manifest, 'spec', 'ports').map((port) => at(port, 'targetPort'));
  return problems([isPublished && ports.includes('metrics'), 'publishes the metrics together with the service']);
}

function matches(selector: Yaml | undefined, labels: Yaml | undefined): boolean {
  const wanted = Object.entries((selector ?? {}) as YamlMap);
  return wanted.length > 0 && wanted.every(([name, value]) => at(labels, name) === value);
}

/** Returns problems with keys that a pod mounts but the release's ConfigMaps lack. */
function missingKeys(pod: YamlMap, configMaps: ReadonlyMap<string, Yaml>): readonly string[] {
  return list(pod, 'spec', 'volumes').flatMap((volume) => {
    const data = configMaps.get(textAt(volume, 'configMap', 'name'));
    if (data === undefined) return [];
    return list(volume, 'configMap', 'items')
      .map((item) => textAt(item, 'key'))
      .filter((key) => at(data, key) === undefined)
      .map((key) => `Deployment: mounts the key ${key}, which is not in its ConfigMap`);
  });
}

interface Backend {
  readonly from: string;
  readonly name: string;
  readonly port: Yaml | undefined;
}

function backendsOf(manifest: Manifest): readonly Backend[] {
  const from = `${manifest.kind} ${manifest.metadata.name}`;
  const rules = list(manifest, 'spec', 'rules');
  const ingress = rules
    .flatMap((rule) => list(rule, 'http', 'paths'))
    .map((path) => at(path, 'backend', 'service'))
    .map((service) => ({
      from,
      name: textAt(service, 'name'),
      port: at(service, 'port', 'name') ?? at(service, 'port', 'number'),
    }));
  const route = rules
    .flatMap((rule) => list(rule, 'backendRefs'))
    .map((backend) => ({ from, name: textAt(backend, 'name'), port: at(backend, 'port') }));
  return [...ingress, ...route];
}

function servedPorts(pod: YamlMap, services: readonly Manifest[]): readonly string[] {
  const ports = containersOf(at(pod, 'spec') as YamlMap).flatMap((container) =>
    list(container, 'ports').map((port) => at(port, 'name')),
  );
  return services.flatMap((service) =>
    list(service, 'spec', 'ports')
      .map((port) => at(port, 'targetPort'))
      .filter((target) => !ports.includes(target ?? null))
      .map((target) => `Service ${service.metadata.name}: leads to the port ${textAt(target)}, which no container has`),
  );
}

/** Replicas share counters of attempts only in Redis. The check assumes that a package of steps counts. */
function countsAlone(manifests: readonly Manifest[]): readonly string[] {
  const replicas = manifests.flatMap((one) => [at(one, 'spec', 'replicas'), at(one, 'spec', 'maxReplicas')]);
  const texts = Object.assign(
    {},
    ...manifests.map((one) => (one.kind === 'ConfigMap' ? at(one, 'data') : {})),
  ) as YamlMap;
  const counts =
    'STEPS_PACKAGE' in texts || /^(?:email-code|sms-code|external|account-link):/m.test(textAt(texts, 'steps.yaml'));
  const isShared = 'REDIS_URL' in texts || 'REDIS_URL_FILE' in texts;
  return problems([
    counts && !isShared && replicas.some((count) => Number(count ?? 1) > 1),
    'Deployment: counts alone',
  ]);
}

function twice(manifests: readonly Manifest[]): readonly string[] {
  const names = manifests.map((one) => `${one.kind} ${one.metadata.name}`);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${name}: is there twice`,
  );
}
