import { TenantFolder } from './harness/tenant-folder.js';

const MAIN = `terraform {
  required_providers { auth0 = { source = "auth0/auth0", version = ">= 1.0" } }
}

# A comment, with "quotes {
variable "api_url" {
  type    = string
  default = "https://dev.example"
}
variable "api_key" { sensitive = true }

locals {
  prefix = "dev-\${var.stage}"
  tags   = { for k, v in var.tags : k => v }
}

resource "auth0_action" "claims" {
  name    = "\${local.prefix} Add claims"
  runtime = "node22"
  deploy  = true
  code    = file("\${path.module}/actions/claims.js")

  supported_triggers {
    id      = "post-login"
    version = "v3"
  }
  dependencies {
    name    = "axios"
    version = "1.7.0"
  }
  secrets {
    name  = "API_URL"
    value = var.api_url
  }
  secrets {
    name  = "API_KEY"
    value = var.api_key
  }
  secrets {
    name  = "LITERAL"
    value = "a\\"b\\u0041"
  }
  modules {
    module_id         = auth0_action_module.shared.id
    module_version_id = auth0_action_module.shared.version_id
  }
  lifecycle { ignore_changes = [secrets] }
}

resource "auth0_action" "inline" {
  name   = "Inline"
  deploy = true
  code   = <<-EOT
    exports.onExecutePostLogin = async (event, api) => {
      console.log(\`$\${event.user.email} at \${var.api_url}\`); // }
    };
  EOT
  supported_triggers {
    id      = "post-login"
    version = "v3"
  }
}

resource "auth0_action_module" "shared" {
  name = "shared"
  code = file("shared.js")
  secrets {
    name  = "M"
    value = "m"
  }
}
`;
const FLOW = `resource "auth0_trigger_actions" "login" {
  trigger = "post-login"

  actions {
    id           = auth0_action.inline.id
    display_name = auth0_action.inline.name
  }
  actions {
    id           = "\${auth0_action.claims.id}"
    display_name = "Claims"
  }
}
`;
const CODE = { 'actions/claims.js': '', 'shared.js': '' };

/** Returns a Terraform file with one Action that also has these lines. */
function action(lines: string, name = 'a'): string {
  return `resource "auth0_action" "${name}" {\n  name = "${name}"\n  deploy = true\n  supported_triggers {\n    id = "post-login"\n  }\n${lines}\n}\n`;
}

describe('a folder with Terraform files', () => {
  let folder: TenantFolder;
  beforeEach(() => {
    folder = new TenantFolder();
  });
  afterEach(() => folder.remove());

  it('returns Actions in the order of auth0_trigger_actions, with modules, dependencies and the secrets that have a value', async () => {
    folder.write({ 'main.tf': MAIN, 'flow.tf': FLOW, ...CODE });
    const tenant = await folder.read('.', { TF_VAR_stage: 'test' });
    expect(tenant.source.kind).toBe('a folder with Terraform files');
    const [inline, claims] = tenant.actions?.['post-login'] ?? [];
    expect(claims).toEqual({
      name: 'dev-test Add claims',
      file: folder.file('actions/claims.js'),
      secrets: { API_URL: 'https://dev.example', LITERAL: 'a"bA' },
      secretNames: ['API_URL', 'API_KEY', 'LITERAL'],
      dependencies: [{ name: 'axios', version: '1.7.0' }],
      modules: { shared: { file: folder.file('shared.js'), secrets: { M: 'm' }, secretNames: ['M'] } },
    });
    expect(inline).toMatchObject({ name: 'Inline', file: folder.file('main.tf') });
    expect(folder.notes(tenant)).toEqual([
      'main.tf:37: the secret API_KEY of "dev-test Add claims" could not be read: var.api_key.',
    ]);
  });

  it('keeps the lines of code in a heredoc, so that errors name the line of the Terraform file', async () => {
    folder.write({ 'main.tf': MAIN, 'flow.tf': FLOW, ...CODE });
    const [inline] = (await folder.read()).actions?.['post-login'] ?? [];
    const lines = inline?.code?.split('\n') ?? [];
    const line = lines.findIndex((text) => text.startsWith('exports.')) + 1;
    expect(MAIN.split('\n')[line - 1]).toContain('exports.onExecutePostLogin');
    expect(lines[line]).toBe('  console.log(`${event.user.email} at https://dev.example`); // }');
    expect(lines[line + 1]).toBe('};');
  });

  it('reads variables from terraform.tfvars and *.auto.tfvars, then from TF_VAR_NAME, then from the default', async () => {
    const secret = (name: string): string => `secrets {\n name = "${name}"\n value = var.${name}\n}\n`;
    folder.write({
      'main.tf':
        'variable "a" { default = "default" }\nvariable "b" { default = "default" }\nvariable "c" { default = "default" }\n' +
        action(`code = "x"\n${['a', 'b', 'c', 'd'].map(secret).join('')}`),
      'terraform.tfvars': 'a = "tfvars"\nd = "tfvars"',
      'x.auto.tfvars': 'd = "auto"',
    });
    const tenant = await folder.read('.', { TF_VAR_a: 'environment', TF_VAR_b: 'environment' });
    expect(tenant.actions?.['post-login']?.[0]?.secrets).toEqual({
      a: 'tfvars',
      b: 'environment',
      c: 'default',
      d: 'auto',
    });
  });

  it('appends the Actions of auth0_trigger_action', async () => {
    folder.write({
      'main.tf':
        action('code = "1"', 'one') +
        action('code = "2"', 'two') +
        'resource "auth0_trigger_action" "x" {\n trigger = "post-login"\n action_id = auth0_action.one.id\n}\n' +
        'resource "auth0_trigger_binding" "y" {\n trigger = "post-login"\n actions {\n  id = auth0_action.two.id\n }\n}\n',
    });
    const tenant = await folder.read();
    expect(tenant.actions?.['post-login']?.map(({ name, code }) => [name, code])).toEqual([
      ['two', '2'],
      ['one', '1'],
    ]);
  });

  it('fills in a template file', async () => {
    folder.write({
      'main.tf': action(
        'code = templatefile("${path.module}/t.js", {\n    url = "https://x", # comment\n    n = 2\n  })',
      ),
      't.js': "const url = '${url}'; const n = ${n}; const text = `$${url}`;",
    });
    const [read] = (await folder.read()).actions?.['post-login'] ?? [];
    expect(read).toMatchObject({
      file: folder.file('t.js'),
      code: "const url = 'https://x'; const n = 2; const text = `${url}`;",
    });
  });

  it.each([
    [
      'code = var.on ? "a" : "b"',
      'main.tf:7: auth0_action.a: code could not be read: var.on ? "…" : "…". It is left out.',
    ],
    [
      'code = data.local_file.x.content',
      'main.tf:7: auth0_action.a: code could not be read: data.local_file.x.content. It is left out.',
    ],
    [
      'code = replace(file("x.js"), "a", "b")',
      'main.tf:7: auth0_action.a: code could not be read: replace(…). It is left out.',
    ],
    [
      'code = file("${var.folder}/x.js")',
      'main.tf:7: auth0_action.a: code could not be read: var.folder. It is left out.',
    ],
    ['code = "%{ if true }x%{ endif }"', 'main.tf:7: auth0_action.a: code could not be read: if true. It is left out.'],
    ['', 'main.tf:1: auth0_action.a could not be read: it has no code.'],
    [
      'code = "x"\nfor_each = toset(["a"])',
      'main.tf:8: for_each of auth0_action.a could not be read: it is read as one Action.',
    ],
    [
      'code = "x"\ndynamic "secrets" {\n for_each = []\n content {}\n}',
      'main.tf:8: dynamic "secrets" of auth0_action.a could not be read: write the blocks out.',
    ],
    [
      'code = "x"\nsecrets {\n name = "S"\n value = base64encode("hunter2")\n}',
      'main.tf:10: the secret S of "a" could not be read: base64encode(…).',
    ],
    [
      'code = "x"\nsecrets {\n name = "S"\n value = "hunter2" == "x" ? 1 : 2\n}',
      'main.tf:10: the secret S of "a" could not be read: "…" == "…" ? 1 : 2.',
    ],
    ['code = "x"\nsecrets {\n name = var.secret\n value = "v"\n}', 'main.tf:9: name could not be read: var.secret.'],
    [
      'code = "x"\nmodules {\n module_id = var.module\n}',
      'main.tf:8: a module of auth0_action.a could not be read: its module_id has to be auth0_action_module.NAME.id of this folder.',
    ],
  ])('notes unreadable values: %j', async (lines, note) => {
    const tenant = await folder.write({ 'main.tf': action(lines) }).read();
    expect(folder.notes(tenant)).toContain(note);
  });

  it('notes modules of Terraform, JSON, dynamic order and Actions of other folders', async () => {
    folder.write({
      'main.tf':
        'module "more" {\n  source = "./more"\n}\n' +
        'resource "auth0_trigger_actions" "x" {\n trigger = "post-login"\n actions {\n  id = module.more.id\n }\n dynamic "actions" {\n  content {}\n }\n}\n',
      'b.tf.json': '{}',
    });
    expect(folder.notes(await folder.read())).toEqual([
      'b.tf.json could not be read: JSON of Terraform is not supported.',
      'These modules are not read: more. To read the Actions of one, name its own folder.',
      'main.tf:9: dynamic blocks of auth0_trigger_actions.x could not be read: write the blocks out.',
      'main.tf:7: id of auth0_trigger_actions.x could not be read: it has to be auth0_action.NAME.id.',
    ]);
  });

  it('notes an Action that Auth0 would not run, because Terraform does not deploy it', async () => {
    const tenant = await folder.write({ 'main.tf': action('code = "x"').replace('deploy = true', '') }).read();
    expect(folder.notes(tenant)).toContain('The Action "a" is not deployed. The sandbox runs it anyway.');
  });

  it.each([
    ['resource "auth0_action" "a" {\n', '2: A block has no end.'],
    ['resource "auth0_action" "a {\n}', '1: The text in quotes has no end.'],
    ['\n}', '2: A block or an attribute is expected here.'],
    ['a = "x"\nresource "x" = 5', '2: "resource" is followed by neither = nor {.'],
    ['a = @', '1: This is not valid HCL.'],
    ['a {\n'.repeat(30), '21: Blocks are nested too deeply.'],
    [`a = ${'"${'.repeat(20_000)}`, '1: '],
  ])('names the line of wrong syntax (%#)', async (text, message) => {
    const failure = await folder.write({ 'main.tf': text }).failure();
    expect(failure.code).toBe('tenant_malformed');
    expect(failure.message).toContain(`main.tf:${message}`);
  });

  it.each([
    `x = ${'['.repeat(5000)}${']'.repeat(5000)}`,
    'x = <<EOT\nno end',
    'locals {\n a = local.b\n b = local.a\n}',
  ])('is read despite meaningless parts (%#)', async (text) => {
    const more = 'resource "auth0_action" "a" {\n code = local.a\n}';
    const tenant = await folder.write({ 'main.tf': more, 'x.tf': text }).read();
    expect(folder.notes(tenant)[0]).toBe('main.tf:2: auth0_action.a: code could not be read: local.a. It is left out.');
  });

  it('names the line of code that does not exist', async () => {
    await expect(folder.write({ 'main.tf': action('code = file("dist/x.js")') }).failure()).resolves.toEqual({
      code: 'action_file_unreadable',
      message: 'main.tf:7: There is no file dist/x.js.',
    });
  });
});
