import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

const TENANTS = (secrets: readonly string[]): string => `
tenants:
  - { name: shop, issuers: [shop.eu.auth0.com], keys: { current: ${secrets[0]} } }
  - { name: partners, issuers: [partners.eu.auth0.com], keys: { current: ${secrets[1]} } }
  - { name: staff, issuers: [staff.eu.auth0.com], keys: { current: ${secrets[2]} }, defaultSteps: [survey, country] }
`;

const STEPS = `
- { type: profile, id: country, fields: [{ name: country, type: country, label: Country }] }
- type: external
  id: identity
  when: >-
    earlier.country.country in ["DE", "AT", "CH"]
    && claims.customer == "business"
  vendor: Identity Inc.
  url: https://id.example.com/check?key=secret-of-a-query
  algorithm: HS256
  secret: secret-of-the-vendor-0123456789abcdef
  issuer: https://id.example.com
  audience: login.example.com
  claims: [status]
- { type: terms, id: marketing, optional: true, when: '"identity" in earlier || tenant == "shop"', title: a, version: "1", text: a }
- { type: profile, id: survey, when: claims.logins > 3, fields: [{ name: topic, type: text, label: Topic }] }
`;

describe('check --explain', () => {
  const secrets = [randomUUID(), randomUUID(), randomUUID()];
  let folder: string;
  let environment: Record<string, string>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'explain-'));
    environment = {
      TENANTS_FILE: write('tenants.yaml', TENANTS(secrets)),
      STEPS_FILE: write('steps.yaml', STEPS),
      PUBLIC_URL: 'https://login.example.com/redirect',
    };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  const explain = async (
    args: readonly string[],
    variables = environment,
  ): Promise<{ code: number; output: string }> => {
    const child = spawn(process.execPath, ['dist/service/main.js', 'check', ...args], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...variables },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    return { code: child.exitCode ?? -1, output };
  };

  it('prints the steps in order, once for all tenants with the same steps, in 80 columns and without secrets', async () => {
    const { code, output } = await explain(['--explain']);
    expect(code).toBe(0);
    expect(output).toBe(`Logins of the tenants shop, partners

  session token from the tenant
      |
  1.  country (profile)
      |
  2.  identity (external)
      |    only if  earlier.country.country in ["DE", "AT", "CH"] &&
      |             claims.customer == "business"
      |    sends the user to https://id.example.com and back
      |
  3.  marketing (terms)
      |    only if  "identity" in earlier || tenant == "shop"
      |    the page has the button Skip
      |
  4.  survey (profile)
      |    only if  claims.logins > 3
      |
      v
  continue token to the tenant

Logins of the tenant staff

  session token from the tenant
      |
  1.  survey (profile)
      |    only if  claims.logins > 3
      |
  2.  country (profile)
      |
      v
  continue token to the tenant

claims    the claims of the session token
earlier   the results of the steps before, by step id
A step whose condition cannot be evaluated runs. If the session token has the
claim "steps", the steps that it names run instead, in its order, and no
condition is evaluated.
`);
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints a Mermaid flowchart whose texts cannot end a node', async () => {
    const { code, output } = await explain(['--explain=mermaid']);
    expect(code).toBe(0);
    expect(output).toContain(`flowchart TD
  subgraph o1["shop, partners"]
    o1start(["session token from the tenant"]) --> o1s1
    o1s1["country (profile)"] --> o1s2if
    o1s2if{"earlier.country.country in #91;#34;DE#34;, #34;AT#34;, #34;CH#34;#93; #38;#38; claims.customer == #34;business#34;"} -- true --> o1s2
    o1s2if -- false --> o1s3if
    o1s2["identity (external)<br>to https://id.example.com and back"] --> o1s3if
`);
    for (const secret of [...secrets, 'secret-of']) expect(output).not.toContain(secret);
  });

  it('shows the steps of an example login', async () => {
    const login = write('login.json', '{"claims": {"customer": "business", "logins": "many"}, "tenant": "shop"}');
    const { code, output } = await explain(['--explain', '--login', login]);
    expect(code).toBe(0);
    expect(output.replaceAll(/\n {6}\| {7}/g, ' ').match(/\d\..*(?= \()|=> .*/g)).toEqual([
      '1.  country',
      '=> runs',
      '2.  identity',
      '=> unknown until country is completed',
      '3.  marketing',
      '=> unknown until identity is completed',
      '4.  survey',
      '=> runs: the condition cannot be evaluated (no_such_overload at character 1)',
    ]);
    const done = { claims: { logins: 1 }, earlier: { country: { country: 'FR' } }, tenant: 'partners' };
    const later = await explain(['--explain', '--login', write('done.json', JSON.stringify(done))]);
    expect(later.output.match(/=> .*/g)).toEqual([
      '=> already completed',
      '=> omitted: the condition is false',
      '=> omitted: the condition is false',
      '=> omitted: the condition is false',
    ]);
    const named = await explain(['--explain', '--login', write('named.json', '{"claims": {"steps": ["survey"]}}')]);
    expect(named.output.match(/=> .*|\d\..*/g)).toEqual(['1.  survey (profile)', '=> runs: the claim steps names it']);
  });

  it('prints the output in docs/steps/conditions.md', async () => {
    const document = readFileSync('docs/steps/conditions.md', 'utf8');
    const block = (language: string): string => document.split(`\n\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';
    const login = { claims: { logins_count: 1, customer: 'business' }, earlier: { terms: { version: '2026-11' } } };
    const { output } = await explain(['--explain', '--login', write('documented.json', JSON.stringify(login))], {
      AUTH0_ISSUER: 'example.eu.auth0.com',
      AUTH0_SESSION_SECRET: secrets[0] ?? '',
      PUBLIC_URL: 'https://login.example.com/redirect',
      STEPS_FILE: write('documented.yaml', block('yaml')),
    });
    expect(output.trimEnd()).toBe(block('console').split('\n').slice(1).join('\n'));
  });

  it.each([
    ['not JSON', 'is not a JSON object'],
    ['{"claim": {}, "claims": 1, "tenant": "shp"}', 'has the unknown member claim: did you mean claims?'],
    ['{"claims": {"steps": ["nothing"]}}', 'the service refuses this login (steps_not_available)'],
  ])('names the mistake in the login %s', async (content, problem) => {
    const { code, output } = await explain(['--explain', '--login', write('wrong.json', content)]);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(problem) });
    expect(output).toMatch(/^error {4}configuration: --login /);
  });

  it('names the mistake in a condition, and its place', async () => {
    const steps = `${STEPS}- { type: terms, when: has(earlier.later), title: a, version: "1", text: a }
- { type: terms, id: wrong, when: clams.a == 1, title: a, version: "1", text: a }
- { type: terms, id: first, when: has(earlier.last), title: a, version: "1", text: a }
- { type: terms, id: last, title: a, version: "1", text: a }
`;
    const { code, output } = await explain(['--explain'], { ...environment, STEPS_FILE: write('wrong.yaml', steps) });
    expect(code).toBe(1);
    expect(output.split('\n').slice(0, 3)).toEqual([
      'error    configuration: STEPS_FILE wrong.when uses the unknown variable clams: did you mean claims?, at character 1',
      'error    configuration: STEPS_FILE terms.when reads the result of later, which is not registered',
      'error    configuration: STEPS_FILE first.when reads the result of last, which is not before first: change the order',
    ]);
  });

  it.each(['--login x', '--explain=svg', '--explain --json'])('rejects %s', async (words) => {
    expect((await explain(words.split(' '))).code).toBe(64);
  });
});
