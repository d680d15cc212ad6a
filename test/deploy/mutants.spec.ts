import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { schemaProblems } from './kubernetes-schema.js';
import { CHART, manifestsIn, template, valuesOf, type Manifest } from './manifests.js';
import { policyProblems, releaseProblems } from './policy.js';

const problemsOf = (manifests: readonly Manifest[]): readonly string[] => [
  ...manifests.flatMap(schemaProblems),
  ...manifests.flatMap(policyProblems),
  ...releaseProblems(manifests),
];

/** A chart in which a text of one file is replaced, and the expected problem. */
type Mutant = readonly [what: string, file: string, from: string, to: string, problem: RegExp, name?: string];

const MUTANTS: readonly Mutant[] = [
  [
    'an unknown field',
    'templates/deployment.yaml',
    'revisionHistoryLimit:',
    'revisionHistory:',
    /revisionHistory is unknown/,
  ],
  [
    'a field one level too high',
    'templates/deployment.yaml',
    '          startupProbe:\n            httpGet:\n',
    '          startupProbe:\n            get:\n',
    /startupProbe/,
  ],
  ['a text for a number', 'templates/deployment.yaml', 'containerPort: 3000', 'containerPort: http', /containerPort/],
  [
    'an API that is gone',
    'templates/horizontalpodautoscaler.yaml',
    'autoscaling/v2',
    'autoscaling/v2beta2',
    /is not known/,
    'full',
  ],
  [
    'no selector',
    'templates/deployment.yaml',
    '  selector:\n    matchLabels:\n      {{- include "auth-redirect.podSelectorLabels" . | nindent 6 }}\n',
    '',
    /selector/,
  ],
  [
    'another selector',
    'templates/service.yaml',
    'auth-redirect.podSelectorLabels',
    'auth-redirect.labels',
    /selects no pod/,
  ],
  ['an unknown port', 'templates/service.yaml', 'targetPort: http', 'targetPort: web', /leads to the port web/],
  [
    'an Ingress to another port',
    'templates/ingress.yaml',
    'name: http\n',
    'name: web\n',
    /which is no port of a Service/,
    'full',
  ],
  [
    'a route to another Service',
    'templates/httproute.yaml',
    'port: {{ .Values.service.port }}',
    'port: 8081',
    /which is no port/,
    'httproute',
  ],
  [
    'an unknown field of a route',
    'templates/httproute.yaml',
    'backendRefs:',
    'backends:',
    /backends is unknown/,
    'httproute',
  ],
  [
    'an unknown field of a rule',
    'templates/prometheusrule.yaml',
    '      rules:\n',
    '      interval: 1m\n      rule: []\n      rules:\n',
    /rule is unknown/,
    'full',
  ],
  [
    'an unknown field of a monitor',
    'templates/servicemonitor.yaml',
    'scrapeTimeout:',
    'timeout:',
    /timeout is unknown/,
    'full',
  ],
  [
    'an unknown field of a policy',
    'templates/networkpolicy.yaml',
    'policyTypes:',
    'types:',
    /types is unknown/,
    'full',
  ],
  ['everything published', 'templates/ingress.yaml', 'path: /redirect', 'path: /', /publishes \//, 'full'],
  ['everything routed', 'templates/httproute.yaml', 'value: /redirect', 'value: /', /publishes \//, 'httproute'],
  [
    'an access log at nginx',
    'templates/ingress.yaml',
    'if not .Values.ingress.accessLog',
    'if .Values.ingress.accessLog',
    /in the access log of nginx/,
    'full',
  ],
  [
    'an access log at Traefik',
    'templates/ingress.yaml',
    '(not .Values.ingress.accessLog)',
    '.Values.ingress.accessLog',
    /in the access log of Traefik/,
    'traefik',
  ],
  [
    'no room for cookies at nginx',
    'templates/ingress.yaml',
    'proxy-buffer-size',
    'proxy-buffers',
    /no room for the cookie/,
    'full',
  ],
  [
    'metrics at the same port as the service',
    'templates/service.yaml',
    '  clusterIP: None\n',
    '',
    /publishes the metrics/,
  ],
  [
    'no readiness probe',
    'templates/deployment.yaml',
    'readinessProbe:',
    'minReadySeconds:',
    /readinessProbe|minReadySeconds/,
  ],
  [
    'a liveness probe that asks for readiness',
    'templates/deployment.yaml',
    'path: /healthz',
    'path: /readyz',
    /livenessProbe does not ask \/healthz/,
  ],
  [
    'a probe at an unknown port',
    'templates/deployment.yaml',
    'path: /readyz\n              port: http',
    'path: /readyz\n              port: web',
    /readinessProbe probes an unknown port/,
  ],
  [
    'too little time to end',
    'templates/_helpers.tpl',
    '$shutdown.preStopSleepSeconds (div $milliseconds 1000) 5',
    '0 (div $milliseconds 2000)',
    /is killed after/,
  ],
  [
    'a pause that needs a shell',
    'templates/deployment.yaml',
    '              sleep:\n                seconds: {{ .Values.shutdown.preStopSleepSeconds }}',
    '              exec:\n                command: [sleep, "5"]',
    /there is no shell/,
    'distroless',
  ],
  [
    'a token of the service account',
    'templates/deployment.yaml',
    'automountServiceAccountToken: false',
    'automountServiceAccountToken: true',
    /mounts a service account token/,
  ],
  [
    'addresses of every Service',
    'templates/deployment.yaml',
    'enableServiceLinks: false',
    'enableServiceLinks: true',
    /addresses of every Service/,
  ],
  [
    'no security context of the pod',
    'templates/deployment.yaml',
    '      securityContext:\n        {{- toYaml .Values.podSecurityContext | nindent 8 }}\n',
    '',
    /may run as root/,
  ],
  [
    'no security context of the container',
    'templates/deployment.yaml',
    '          securityContext:\n            {{- toYaml .Values.securityContext | nindent 12 }}\n',
    '',
    /keeps capabilities/,
  ],
  [
    'no security context of the test',
    'templates/tests/answers.yaml',
    '      securityContext:\n        {{- toYaml .Values.securityContext | nindent 8 }}\n',
    '',
    /answers may gain privileges/,
  ],
  [
    'no resources',
    'templates/deployment.yaml',
    '          resources:\n            {{- toYaml .Values.resources | nindent 12 }}\n',
    '',
    /has no memory limit/,
  ],
  [
    'an image without a version',
    'templates/_helpers.tpl',
    'printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag)',
    '$image.repository',
    /which changes/,
  ],
  [
    'the image latest',
    'templates/_helpers.tpl',
    'default .Chart.AppVersion $image.tag',
    'default "latest" $image.tag',
    /which changes/,
  ],
  [
    'the network of the node',
    'templates/deployment.yaml',
    '      enableServiceLinks: false',
    '      hostNetwork: true\n      enableServiceLinks: false',
    /shares a namespace of the node/,
  ],
  [
    'a port of the node',
    'templates/deployment.yaml',
    'containerPort: 3000',
    'containerPort: 3000\n              hostPort: 3000',
    /takes a port of the node/,
  ],
  [
    'a folder of the node',
    'templates/deployment.yaml',
    '            secretName: {{ .Values.auth0.existingSecret }}\n            defaultMode: 288 # 0440',
    '            secretName: x\n            defaultMode: 288\n        - name: host\n          hostPath:\n            path: /',
    /volume that the restricted standard/,
  ],
  [
    'a secret by subPath',
    'templates/deployment.yaml',
    'mountPath: /run/secrets/auth0\n',
    'mountPath: /run/secrets/auth0\n              subPath: current\n',
    /by subPath/,
  ],
  [
    'a secret that others may read',
    'templates/deployment.yaml',
    'defaultMode: 288',
    'defaultMode: 420',
    /others may read/,
  ],
  [
    'a secret in the environment',
    'templates/deployment.yaml',
    '          startupProbe:',
    '          env:\n            - name: AUTH0_SESSION_SECRET\n              valueFrom:\n                secretKeyRef: { name: s, key: current }\n          startupProbe:',
    /needs a restart/,
  ],
  [
    'a secret in the ConfigMap',
    'templates/_helpers.tpl',
    '"LOG_LEVEL" $values.logLevel',
    '"LOG_LEVEL" $values.logLevel "AUTH0_SESSION_SECRET" "x"',
    /holds the secret AUTH0_SESSION_SECRET/,
  ],
  [
    'a volume that nothing mounts',
    'templates/deployment.yaml',
    '            - name: session-secret\n              mountPath',
    '            - name: other\n              mountPath',
    /which nothing mounts/,
  ],
  [
    'a volume within another',
    'templates/deployment.yaml',
    '/etc/auth-redirect/configuration',
    '/etc/auth-redirect',
    /within another volume/,
    'full',
  ],
  [
    'a file that is not in its ConfigMap',
    'templates/configmap-files.yaml',
    'steps.yaml: |',
    'step.yaml: |',
    /mounts the key steps\.yaml/,
    'full',
  ],
  [
    'replicas that count alone',
    'templates/_helpers.tpl',
    'set $all "REDIS_URL" ',
    'set $all "REDIS_ADDRESS" ',
    /counts alone/,
    'network-policy',
  ],
  ['an update that takes pods away', 'values.yaml', 'maxUnavailable: 0', 'maxUnavailable: 1', /takes pods away/],
  ['no checksum', 'templates/deployment.yaml', 'checksum/environment', 'checksum/config', /does not roll/],
  [
    'no spread',
    'values.yaml',
    'topologySpread:\n  # -- Whether to spread pods over zones and nodes.\n  enabled: true',
    'topologySpread:\n  enabled: false',
    /on one node/,
  ],
  [
    'a name that is there twice',
    'templates/serviceaccount.yaml',
    'kind: ServiceAccount',
    'kind: Service',
    /is there twice|ServiceAccount/,
  ],
];

describe('the checks of the manifests', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mutant-'));
    cpSync(CHART, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(MUTANTS.map((mutant) => [mutant[0], mutant] as const))(
    'catch %s',
    (_what, [, file, from, to, problem, name = 'minimal']) => {
      const path = join(folder, file);
      const original = readFileSync(path, 'utf8');
      expect(original).toContain(from);
      writeFileSync(path, original.replaceAll(from, to));
      const { status, stdout, output } = template({ chart: folder, values: [valuesOf(name)] });
      expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
      expect(problemsOf(manifestsIn(stdout))).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
    },
  );

  it('accept the unchanged chart', () => {
    const { stdout } = template({ chart: folder, values: [valuesOf('full')] });
    expect(problemsOf(manifestsIn(stdout))).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a name that is there twice',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: x, a: y }\n',
      /unique/,
    ],
    ['tabs', 'apiVersion: v1\n\tkind: ConfigMap\n', /[Tt]ab/],
  ])('reject YAML with %s', (_what, text, message) => {
    expect(() => manifestsIn(text)).toThrow(message);
  });

  it('reject unknown fields', () => {
    const unknown = parse('{ apiVersion: v1, kind: Thing, metadata: { name: a } }') as Manifest;
    expect(schemaProblems(unknown)).toEqual(['v1 Thing is not known']);
  });
});
