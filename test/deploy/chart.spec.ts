import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { StepRuleOptions } from '../../src/auth-redirect/options/step-rule.options.js';
import { CUSTOM_TYPE, READY_MADE_STEPS } from '../../src/service/ready-made-steps.js';
import { validateEnvironment } from '../../src/service/configuration/configuration.js';
import { loadViews } from '../../src/auth-redirect/pages/load-views.js';
import { checkFiles } from '../harness/service-configuration.js';
import { ROOT, run } from './deploy-tools.js';
import { schemaProblems } from './kubernetes-schema.js';
import {
  at,
  CASES,
  CHART,
  list,
  only,
  render,
  template,
  textAt,
  valuesOf,
  type Yaml,
  type YamlMap,
} from './manifests.js';
import { mountedBelow } from './mounted.js';
import { policyProblems, releaseProblems } from './policy.js';
import { VARIABLES } from './service-interface.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mounted-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const renderCase = (name: string, ...set: readonly string[]) => render({ values: [valuesOf(name)], set });
const podOf = (name: string, ...set: readonly string[]) =>
  at(only(renderCase(name, ...set), 'Deployment'), 'spec', 'template', 'spec') as YamlMap;

describe.each(CASES)('the chart with the values of the case %s', (name) => {
  const manifests = renderCase(name);

  it('passes helm lint --strict', () => {
    const { status, output } = run('helm', 'lint', '--strict', '--quiet', CHART, '--values', valuesOf(name));
    expect({ status, output }).toEqual({ status: 0, output: expect.not.stringMatching(/WARNING|ERROR/) });
  });

  it('renders only what the API server knows, field by field', () => {
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
  });

  it('renders manifests that follow the rules of this project', () => {
    expect([...manifests.flatMap(policyProblems), ...releaseProblems(manifests)]).toEqual([]);
  });

  it('sets only variables of the service', () => {
    const data = at(only(manifests, 'ConfigMap', only(manifests, 'Deployment').metadata.name), 'data') as YamlMap;
    expect(Object.keys(data).filter((variable) => !VARIABLES.has(variable))).toEqual([]);
    expect(Object.values(data).every((value) => typeof value === 'string' && value !== '')).toBe(true);
  });
});

describe.each(CASES)('the service with the chart’s case %s', (name) => {
  it('accepts its environment and its files', async () => {
    const variables = mountedBelow(folder, renderCase(name));
    await expect(checkFiles(validateEnvironment(variables))).resolves.toBeUndefined();
  });
});

describe('the chart', () => {
  it('mounts templates, including those of steps, where the service finds them', async () => {
    const { VIEWS_DIRECTORY } = mountedBelow(folder, renderCase('full'));
    const views = await loadViews(VIEWS_DIRECTORY);
    expect(views.styles.stylesheet).toBe('body { margin: 0 }\n');
    expect(views.render('steps/welcome', {})).toBe('<p>Welcome</p>\n');
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['the environment', 'checksum/environment', ['logLevel=debug'], ['replicaCount=5']],
    ['the files', 'checksum/files', ['steps.options.terms.version=2027-01'], ['logLevel=debug']],
  ])('rolls the pods when %s changes, and not otherwise', (_what, annotation, changing, other) => {
    const checksum = (...set: readonly string[]) =>
      at(only(renderCase('tenants', ...set), 'Deployment'), 'spec', 'template', 'metadata', 'annotations', annotation);
    expect(checksum()).toMatch(/^[0-9a-f]{64}$/);
    expect(checksum(...changing)).not.toBe(checksum());
    expect(checksum(...other)).toBe(checksum());
  });

  it('gives pods enough time to shut down', () => {
    const grace = (...set: readonly string[]) => podOf('minimal', ...set).terminationGracePeriodSeconds;
    expect(grace()).toBe(30);
    expect(grace('shutdown.drainDelayMs=12500', 'shutdown.preStopSleepSeconds=3')).toBe(41);
    expect(grace('shutdown.terminationGracePeriodSeconds=90')).toBe(90);
  });

  it.each(['Dockerfile', 'package.json'])('keeps 30 %% of its memory limit free of the heap of %s', (file) => {
    const heap = Number(/--max-old-space-size=(\d+)/.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1]);
    const limits = CASES.map((name) => textAt(podOf(name), 'containers', 0, 'resources', 'limits', 'memory'));
    expect(limits.filter((limit) => !/^\d+Mi$/.test(limit))).toEqual([]);
    expect(heap).toBeLessThanOrEqual(0.7 * Math.min(...limits.map((limit) => Number.parseInt(limit, 10))));
  });

  it('leaves the number of pods to the autoscaler', () => {
    expect(at(only(renderCase('minimal'), 'Deployment'), 'spec', 'replicas')).toBe(2);
    expect(at(only(renderCase('redis'), 'Deployment'), 'spec', 'replicas')).toBeUndefined();
  });

  it('names the image by digest if one is set', () => {
    const image = (...set: readonly string[]) => at(podOf('minimal', ...set), 'containers', 0, 'image');
    const digest = `sha256:${'0'.repeat(64)}`;
    const { appVersion } = parse(readFileSync(join(ROOT, CHART, 'Chart.yaml'), 'utf8')) as { appVersion: string };
    expect(image()).toBe(`registry.example.com/nestjs-auth-redirect:${appVersion}`);
    expect(image('image.tag=1.2.3')).toBe('registry.example.com/nestjs-auth-redirect:1.2.3');
    expect(image(`image.digest=${digest}`)).toBe(`registry.example.com/nestjs-auth-redirect@${digest}`);
    expect(image('image.tag=1.2.3', `image.digest=${digest}`)).toBe(
      `registry.example.com/nestjs-auth-redirect:1.2.3@${digest}`,
    );
  });

  it('loads custom steps from a volume or from the image', () => {
    const variable = (...set: readonly string[]) =>
      at(only(renderCase('minimal', 'replicaCount=1', ...set), 'ConfigMap'), 'data', 'STEPS_PACKAGE');
    expect(variable()).toBeUndefined();
    expect(variable('steps.package.inImage=true', 'steps.order[0]=birthday')).toBe('/app/custom-steps/index.js');
    expect(variable('steps.package.volume.emptyDir.medium=Memory')).toBe('/app/custom-steps/index.js');
    const both = ['steps.package.inImage=true', 'steps.package.volume.emptyDir.medium=Memory'];
    expect(template({ values: [valuesOf('minimal')], set: both }).output).toContain('keep one of them');
  });

  it('mounts the secret of each tenant in a directory of its own', () => {
    const mounts = list(podOf('tenants'), 'containers', 0, 'volumeMounts').map((mount) => at(mount, 'mountPath'));
    expect(mounts).toEqual(expect.arrayContaining(['/run/secrets/tenants/eu', '/run/secrets/tenants/us.staging']));
  });

  describe('with a network policy', () => {
    const egress = (name: string, ...set: readonly string[]) =>
      list(only(renderCase(name, ...set), 'NetworkPolicy'), 'spec', 'egress').map((rule) =>
        list(rule, 'ports').map((port) => at(port, 'port')),
      );

    it('allows egress to DNS, and to Redis and mail if configured', () => {
      expect(egress('network-policy')).toEqual([[53, 53], [6379], [465]]);
      expect(egress('network-policy', 'redis.url=', 'replicaCount=1')).toEqual([[53, 53], [465]]);
    });

    it('allows no egress by default', () => {
      expect(egress('minimal', 'networkPolicy.enabled=true')).toEqual([]);
    });

    it('allows ingress from the configured sources and from its own test', () => {
      const rules = list(only(renderCase('network-policy'), 'NetworkPolicy'), 'spec', 'ingress');
      expect(rules.map((rule) => list(rule, 'ports').map((port) => at(port, 'port')))).toEqual([['http'], ['metrics']]);
      const test = only(renderCase('network-policy'), 'Pod');
      const labels = at(list(rules[0], 'from').at(-1), 'podSelector', 'matchLabels') as YamlMap;
      expect(at(test, 'metadata', 'labels')).toEqual(expect.objectContaining(labels));
    });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no issuer', ['auth0.issuer='], /auth0\.issuer is missing/],
    ['no secret', ['auth0.existingSecret='], /auth0\.existingSecret is missing/],
    ['no image', ['image.repository='], /image\.repository is missing: push the image/],
    [
      'an image with a scheme',
      ['image.repository=https://registry.example.com/x'],
      /image\.repository .+ without https/,
    ],
    ['an issuer that is none', ['auth0.issuer=example'], /auth0\.issuer is not a host/],
    [
      'an issuer as a URL',
      ['auth0.issuer=https://example.eu.auth0.com/'],
      /auth0\.issuer is not a host: .+ without https/,
    ],
    [
      'an issuer of a tenant as a URL',
      ['auth0=null', 'tenants[0].name=a', 'tenants[0].issuers={https://a.b/}', 'tenants[0].existingSecret=s'],
      /tenants\[0\]\.issuers\[0\] is not a host/,
    ],
    [
      'several steps without an order',
      ['steps.options.terms.title=A', 'steps.options.profile.title=B'],
      /steps\.order is missing: Helm sorts .+ \(configured: profile, terms\)/,
    ],
    ['a misspelled value', ['replicas=3'], /replicas/],
    ['a misspelled value below', ['auth0.isuer=x'], /isuer/],
    ['a number for a text', ['logLevel=1'], /logLevel/],
    ['a level that is none', ['logLevel=verbose'], /logLevel/],
    ['the tag latest', ['image.tag=latest'], /image\.tag is latest/],
    ['a digest that is none', ['image.digest=sha256:abc'], /image\.digest is not a digest/],
    ['root', ['podSecurityContext.runAsUser=0'], /runAsUser/],
    ['root by another way', ['podSecurityContext.runAsNonRoot=false'], /runAsNonRoot/],
    ['no seccomp profile', ['podSecurityContext.seccompProfile.type=Unconfined'], /seccompProfile/],
    ['privileges', ['securityContext.privileged=true'], /privileged/],
    ['an escalation', ['securityContext.allowPrivilegeEscalation=true'], /allowPrivilegeEscalation/],
    ['a writable image', ['securityContext.readOnlyRootFilesystem=false'], /readOnlyRootFilesystem/],
    ['capabilities', ['securityContext.capabilities.add={NET_ADMIN}'], /capabilities/],
    ['capabilities that are kept', ['securityContext.capabilities.drop={CHOWN}'], /capabilities/],
    ['no memory limit', ['resources.limits=null'], /limits/],
    [
      'a password in the address of Redis',
      ['redis.url=redis://:secret@redis:6379'],
      /redis\.url is not an address without a password/,
    ],
    ['two addresses of Redis', ['redis.url=redis://redis:6379', 'redis.existingSecret=x'], /both set/],
    ['a password among the steps', ['steps.options.email-code.smtpPassword=x'], /smtpPassword would put a secret/],
    ['a password in the address of the mail server', ['steps.options.email-code.smtpUrl=smtps://a:b@c:465'], /smtpUrl/],
    [
      'a secret among the steps',
      ['steps.options.external.secret=x', 'publicUrl=https://a.b/redirect'],
      /external\.secret would put/,
    ],
    [
      'a secret among the headers of a step',
      ['steps.options.workspace.type=choose', 'steps.options.workspace.source.headers.Authorization=Bearer x'],
      /steps\.options\.workspace\.source\.headers\.Authorization would put a secret/,
    ],
    [
      'a secret among the headers of a vendor’s API',
      ['steps.options.external.start.headers.Authorization=Bearer x', 'publicUrl=https://a.b/redirect'],
      /external\.start\.headers\.Authorization would put a secret/,
    ],
    [
      'a secret of the gateway among the steps',
      ['steps.options.sms-code.gateway.secrets.authToken=x'],
      /sms-code\.gateway\.secrets\.authToken would put .+ secretFiles/,
    ],
    [
      'a secret of the gateway of a step under another id',
      ['steps.options.phone.type=sms-code', 'steps.options.phone.gateway.secrets.authToken=x'],
      /phone\.gateway\.secrets\.authToken would put/,
    ],
    [
      'a number as a secret of the gateway',
      ['steps.options.sms-code.gateway.secrets.pin=1'],
      /secrets\/pin.*got number, want string/,
    ],
    [
      'the password of the gateway among the steps',
      ['steps.options.sms-code.gateway.basicAuth.password=x'],
      /sms-code\.gateway\.basicAuth\.password would put .+ \{\{secret\.password\}\}/,
    ],
    [
      'a secret among the headers of the gateway',
      ['steps.options.sms-code.gateway.headers.X-Api-Key=x'],
      /sms-code\.gateway\.headers\.X-Api-Key would put a secret/,
    ],
    [
      'a secret in the form of the gateway',
      ['steps.options.sms-code.gateway.body.form.api_key=x'],
      /sms-code\.gateway\.body\.form\.api_key would put a secret/,
    ],
    [
      'a secret in the JSON of the gateway',
      ['steps.options.sms-code.gateway.body.json.token=x'],
      /sms-code\.gateway\.body\.json\.token would put a secret/,
    ],
    [
      'the secret of a webhook among the steps',
      ['steps.options.external.webhook.secret=x', 'publicUrl=https://a.b/redirect'],
      /external\.webhook\.secret would put/,
    ],
    [
      'a secret of the client among the steps',
      ['steps.options.account-link.clientSecret=x', 'publicUrl=https://a.b/redirect'],
      /account-link\.clientSecret would put/,
    ],
    [
      'a secret among the variables',
      ['extraEnv[0].name=AUTH0_SESSION_SECRET', 'extraEnv[0].value=x'],
      /use valueFrom\.secretKeyRef/,
    ],
    [
      'a step that is not configured',
      ['steps.order={terms}'],
      /steps\.order names terms, which steps\.options does not configure \(configured: \)/,
    ],
    [
      'a step that does not exist',
      ['steps.options.tems.title=x'],
      /steps\.options\.tems is no ready-made step: correct its name, or set its type to one of terms, profile/,
    ],
    [
      'a password of a step under another id',
      ['steps.options.a.type=email-code', 'steps.options.a.smtpPassword=x'],
      /a\.smtpPassword would/,
    ],
    [
      'a vendor under another id without a public address',
      ['steps.options.bank.type=external', 'steps.options.bank.vendor=x'],
      /publicUrl is missing/,
    ],
    ['a misspelled option of a step', ['steps.options.terms.versoin=x'], /'versoin'.*one of .*'title', 'version'/s],
    [
      'a number for the version of terms',
      ['steps.options.terms.version=2026'],
      /terms\/version.*got number, want string/,
    ],
    ['a text for a list of fields', ['steps.options.profile.fields=name'], /fields.*got string, want array/],
    ['a text for a list of claims', ['steps.options.external.claims=a'], /claims.*got string, want array/],
    ['a text for a list of steps', ['steps.order=terms'], /order.*got string, want array/],
    ['an audience in quotes', ['auth0.audience="us"'], /audience has quotes around it/],
    ['an address of Redis in quotes', ["redis.url='redis://redis:6379'"], /redis\.url is not/],
    [
      'the step account-link without a public address',
      ['steps.options.account-link.clientId=x'],
      /publicUrl is missing/,
    ],
    ['the step external without a public address', ['steps.options.external.vendor=x'], /publicUrl is missing/],
    [
      'tenants beside a tenant',
      ['tenants[0].name=a', 'tenants[0].issuers={a.b}', 'tenants[0].existingSecret=s'],
      /leave them out/,
    ],
    ['too short a grace', ['shutdown.terminationGracePeriodSeconds=20'], /may take 30 seconds/],
    ['a drain that is no number', ['shutdown.drainDelayMs=5s'], /drainDelayMs/],
    ['an Ingress without hosts', ['ingress.enabled=true'], /ingress\.hosts is empty/],
    ['a route without gateways', ['httpRoute.enabled=true'], /parentRefs/],
    [
      'metrics that nobody may reach',
      ['networkPolicy.enabled=true', 'metrics.serviceMonitor.enabled=true'],
      /metricsFrom is empty/,
    ],
    ['an autoscaler upside down', ['autoscaling.enabled=true', 'autoscaling.minReplicas=20'], /greater than/],
    [
      'an autoscaler without a target',
      [
        'autoscaling.enabled=true',
        'autoscaling.targetCPUUtilizationPercentage=null',
        'autoscaling.targetMemoryUtilizationPercentage=null',
      ],
      /has no target/,
    ],
    ['two budgets', ['podDisruptionBudget.minAvailable=1'], /both set/],
    ['an alert that is none', ['metrics.prometheusRule.disabled={AuthRedirectNothing}'], /disabled/],
    ['a color that is none', ['branding.color=red'], /branding\.color is not a color/],
    ['a template outside of its folder', ['views.files.\\.\\./x\\.hbs=x'], /views\.files has \.\.\/x\.hbs/],
    ['readiness by a Redis that is not configured', ['redis.readyNeedsRedis=true'], /needs redis/],
    ['plain http', ['signInUrl=http://app.example.com/'], /signInUrl is not an https address/],
  ])('refuses %s', (_what, set, message) => {
    const { status, output } = template({ values: [valuesOf('minimal')], set });
    expect({ status, output }).toEqual({ status: 1, output: expect.stringMatching(message) });
  });

  describe('with several replicas and no Redis', () => {
    const COUNTS = /each of \d+ replicas counts alone/;
    const OPTIONS: Readonly<Record<string, readonly string[]>> = {
      'email-code': ['steps.options.email-code.from=a@b.example'],
      'sms-code': ['steps.options.sms-code.countries={DE}'],
      external: ['steps.options.external.audience=a', 'publicUrl=https://a.b/redirect'],
      'account-link': ['steps.options.account-link.clientId=a', 'publicUrl=https://a.b/redirect'],
      choose: ['steps.options.choose.source.url=https://a.b/list/{sub}'],
    };
    const refusal = (...set: readonly string[]) => COUNTS.test(template({ values: [valuesOf('minimal')], set }).output);
    const withStep = (id: string) => OPTIONS[id] ?? [`steps.options.${id}.title=A`];

    /** The ids of the ready-made steps. */
    const ids = readdirSync(join(ROOT, 'src/steps'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const filesOf = (id: string): string[] =>
      readdirSync(join(ROOT, 'src/steps', id), { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.ts'),
      );
    const counting = ids.filter((id) =>
      filesOf(id).some((file) =>
        /memory\.count|OneTimeCodes/.test(readFileSync(join(ROOT, 'src/steps', id, file), 'utf8')),
      ),
    );

    it('refuses the ready-made steps that count, and no other', () => {
      expect(counting).toEqual(['account-link', 'choose', 'email-code', 'external', 'sms-code']);
      expect(ids.filter((id) => refusal(...withStep(id)))).toEqual(counting);
    });

    it.each<[string, readonly string[]]>([
      [
        'an autoscaler',
        ['replicaCount=1', 'autoscaling.enabled=true', 'autoscaling.maxReplicas=2', 'autoscaling.minReplicas=1'],
      ],
      ['steps from a volume', ['steps.package.volume.emptyDir.medium=Memory']],
      ['steps in the image', ['steps.package.inImage=true']],
      ['steps by a variable', ['extraEnv[0].name=STEPS_PACKAGE', 'extraEnv[0].value=/app/custom-steps']],
      ['options of steps by a variable', ['extraEnv[0].name=STEPS_FILE', 'extraEnv[0].value=/x/steps.yaml']],
    ])('refuses %s', (_what, set) => {
      expect(refusal(...(set[0]?.startsWith('replicaCount') ? withStep('email-code') : []), ...set)).toBe(true);
    });

    it.each<[string, readonly string[]]>([
      ['one replica', ['replicaCount=1', ...withStep('email-code')]],
      [
        'an autoscaler up to one',
        [
          'autoscaling.enabled=true',
          'autoscaling.minReplicas=1',
          'autoscaling.maxReplicas=1',
          ...withStep('email-code'),
        ],
      ],
      ['Redis by its address', ['redis.url=redis://redis:6379', ...withStep('email-code')]],
      ['Redis by a Secret', ['redis.existingSecret=redis', ...withStep('external')]],
      ['a list from a claim', ['steps.options.choose.claim=roles']],
      ['steps of a package that do not count', ['steps.package.inImage=true', 'steps.package.counts=false']],
    ])('accepts %s', (_what, set) => {
      expect(template({ values: [valuesOf('minimal')], set })).toMatchObject({ status: 0 });
    });
  });

  it('accepts placeholders of secrets, and the handle of a login as a key', () => {
    const values = join(folder, 'values.yaml');
    const gateway = {
      headers: { Authorization: 'Bearer {{secret.token}}' },
      basicAuth: { user: 'login', password: '{{secret.password}}' },
      body: { form: { api_key: '{{secret.key}}' } },
    };
    const options = { 'sms-code': { gateway }, external: { start: { headers: { 'Idempotency-Key': '{handle}' } } } };
    writeFileSync(values, JSON.stringify({ steps: { options } }));
    expect(template({ values: [valuesOf('full'), values] })).toMatchObject({ status: 0 });
  });

  it('refuses one Secret for two tenants, and names both', () => {
    const set = [
      'tenants[1].name=bank',
      'tenants[1].issuers={a.example.com}',
      'tenants[1].existingSecret=eu-session-secret',
    ];
    const { output } = template({ values: [valuesOf('tenants')], set });
    expect(output).toMatch(/tenants eu and bank have the same existingSecret, eu-session-secret/);
  });

  it('accepts Redis Cluster', () => {
    const url = 'redis+cluster://redis-0:6379';
    expect(at(only(renderCase('minimal', `redis.url=${url}`), 'ConfigMap'), 'data', 'REDIS_URL')).toBe(url);
  });

  it('rejects a duplicate tenant', () => {
    const set = ['tenants[1].name=eu', 'tenants[1].issuers={a.example.com}', 'tenants[1].existingSecret=s'];
    expect(template({ values: [valuesOf('tenants')], set }).output).toMatch(/tenants has eu twice/);
  });

  describe('its formats', () => {
    const formats = parse(readFileSync(join(ROOT, CHART, 'files/formats.yaml'), 'utf8')) as readonly YamlMap[];
    const schema = JSON.parse(readFileSync(join(ROOT, CHART, 'values.schema.json'), 'utf8')) as YamlMap;
    const paths = formats.flatMap((format) => list(format, 'values').map((path) => textAt(path)));

    it('are only for values of the schema', () => {
      const known = (path: string) => path.split('.').reduce<Yaml | undefined>(schemaBelow, schema);
      // No schema contains passwords and secrets of steps. Another test covers steps.options.
      expect(paths.filter((path) => known(path) === undefined)).toEqual([]);
      expect(new Set(paths).size).toBe(paths.length);
    });

    it('have messages that describe the problem, and apply inside lists', () => {
      for (const format of formats) expect(textAt(format, 'otherwise')).toMatch(/^(?:is|has|would) /);
      const set = ['ingress.enabled=true', 'ingress.hosts={a.example.com,B.example.com}'];
      expect(template({ values: [valuesOf('minimal')], set }).output).toContain('ingress.hosts[1] is not a host name');
    });
  });

  describe('its schema', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, CHART, 'values.schema.json'), 'utf8')) as YamlMap;
    const text = readFileSync(join(ROOT, CHART, 'values.yaml'), 'utf8');
    const values = parse(text) as YamlMap;

    it('describes every value, and rejects others', () => {
      expect(undescribed(schema, values, 'values')).toEqual([]);
    });

    it('describes the options and the rules of each ready-made step, and the rules of custom steps', () => {
      const steps = at(schema, 'properties', 'steps', 'properties', 'options') as YamlMap;
      expect(at(steps, 'additionalProperties', 'properties', 'type', 'enum')).toEqual([
        ...Object.keys(READY_MADE_STEPS),
        CUSTOM_TYPE,
      ]);
      const rules = Object.keys(new StepRuleOptions());
      const given = Object.keys(READY_MADE_STEPS).map((id) => at(steps, 'properties', id, 'propertyNames', 'enum'));
      expect(given.map((names) => [...(names as string[])].toSorted())).toEqual(
        Object.values(READY_MADE_STEPS).map((step) =>
          [...Object.keys(new step.options()), ...rules, 'type'].toSorted(),
        ),
      );
    });

    it('has no regular expressions, whose messages are unreadable', () => {
      expect(JSON.stringify(schema)).not.toMatch(/"(?:pattern|not|if)":/);
    });

    it('has every value in the README, from its comment', () => {
      const check = spawnSync(process.execPath, ['tools/chart-readme.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
      expect(check).toMatchObject({ status: 0, stderr: '' });
    });

    it('has a comment above every value', () => {
      const uncommented = text.split('\n').filter((line, index, lines) => {
        const isLeaf = /^ *[\w-]+: *\S/.test(line) || /^ *[\w-]+: *$/.test(line);
        return (
          isLeaf &&
          !COMMENTED_AS_A_WHOLE.test(pathOf(lines, index)) &&
          !isSection(lines, index) &&
          !(lines[index - 1] ?? '').includes('#')
        );
      });
      expect(uncommented).toEqual([]);
    });
  });
});

/** Returns the schema of a member, or of a list's items. */
function schemaBelow(schema: Yaml | undefined, name: string): Yaml | undefined {
  if (name === '*') return at(schema, 'items') ?? at(schema, 'additionalProperties');
  return at(schema, 'properties', name) ?? at(schema, 'oneOf', 1, 'properties', name);
}

/** Values that one comment describes together. */
const COMMENTED_AS_A_WHOLE =
  /^(?:resources|probes\.\w+|podSecurityContext|securityContext|autoscaling\.behavior|networkPolicy\.egress\.\w+|metrics\.dashboard\.labels)\./;

function pathOf(lines: readonly string[], index: number): string {
  const names: string[] = [];
  let depth = Infinity;
  for (const line of lines.slice(0, index + 1).toReversed()) {
    const [, spaces, name] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (spaces === undefined || name === undefined || spaces.length >= depth) continue;
    depth = spaces.length;
    names.unshift(name);
  }
  return names.join('.');
}

/** Returns true for a name whose values below have their own comments. */
function isSection(lines: readonly string[], index: number): boolean {
  return /^ *[\w-]+: *$/.test(lines[index] ?? '');
}

function undescribed(schema: Yaml | undefined, value: Yaml | undefined, path: string): readonly string[] {
  if (at(schema, 'description') === undefined) return [path];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const properties = at(schema, 'properties');
  if (properties === undefined || FREE.has(path)) return [];
  const own = at(schema, 'additionalProperties') === false ? [] : [`${path} takes anything`];
  return [
    ...own,
    ...Object.entries(value as YamlMap).flatMap(([name, inner]) =>
      undescribed(at(properties, name), inner, `${path}.${name}`),
    ),
  ];
}

/** Values that Kubernetes or the service defines. */
const FREE = new Set(['values.podSecurityContext', 'values.securityContext', 'values.steps.options']);
