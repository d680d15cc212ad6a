import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SandboxError } from '../sandbox-errors.js';
import type { TenantDefinition } from '../definition/tenant-definition.js';
import { isDeployFolder, isDeployYaml, readDeployFolder, readDeployYaml } from './deploy-cli/deploy-assets.js';
import { deployTenant } from './deploy-cli/deploy-tenant.js';
import { readKeywords } from './deploy-cli/keywords.js';
import { readOwnFile } from './own-file/own-file.js';
import { TenantFiles } from './tenant-files.js';
import type { ReadTenant } from './tenant-source.js';
import { isTerraformFolder, readTerraformFolder } from './terraform/terraform-folder.js';

const EXPECTED = 'a tenant file (YAML or JSON), a folder of auth0-deploy-cli or a folder with Terraform files';

interface Reading {
  readonly kind: string;
  readonly tenant: TenantDefinition;
}

/**
 * Reads a tenant file, a folder or file of auth0-deploy-cli, or a folder with Terraform files. `source` names the kind,
 * and omitted parts.
 *
 * @param environment The variables that the files may name. Default: those of this process.
 * @example
 * const sandbox = await startSandbox({ tenant: await readTenant('tenant.yaml') });
 * @publicApi
 */
export async function readTenant(path: string, environment = process.env): Promise<ReadTenant> {
  const reader = new TenantReader(environment);
  const absolute = resolve(path);
  const { kind, tenant } = await ((await isFolder(absolute)) ? reader.folder(absolute) : reader.file(absolute));
  return { ...tenant, source: { kind, path: absolute, notes: reader.notes } };
}

class TenantReader {
  readonly notes: string[] = [];
  private readonly files = new TenantFiles();

  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  /** The sandbox's own file comes first. `tenant.json` comes last, because auth0-deploy-cli writes one, too. */
  async folder(folder: string): Promise<Reading> {
    for (const name of ['tenant.yaml', 'tenant.yml']) {
      if (await this.files.exists(join(folder, name))) return this.file(join(folder, name));
    }
    if (await isTerraformFolder(folder)) return this.terraform(folder);
    if (await isDeployFolder(folder)) return this.deployFolder(folder);
    if (await this.files.exists(join(folder, 'tenant.json'))) return this.file(join(folder, 'tenant.json'));
    throw unreadable(`${folder} is not a tenant. Expected ${EXPECTED}.`);
  }

  async file(file: string): Promise<Reading> {
    if (file.endsWith('.tf')) throw unreadable(`${file} is one file of Terraform. Name its folder: ${dirname(file)}.`);
    if (!/\.(?:ya?ml|json)$/.test(file)) throw unreadable(`${file} is not a tenant. Expected ${EXPECTED}.`);
    const text = await this.files.text(file);
    if (file.endsWith('.json') || !isDeployYaml(text)) {
      const tenant = await readOwnFile(file, text, this.files, this.environment);
      return { kind: 'a tenant file of the sandbox', tenant };
    }
    return this.deployFile(file, text);
  }

  private async terraform(folder: string): Promise<Reading> {
    const tenant = await readTerraformFolder(folder, this.files, this.environment, this.notes);
    return { kind: 'a folder with Terraform files', tenant };
  }

  private async deployFolder(folder: string): Promise<Reading> {
    const keywords = await readKeywords(folder, this.files, this.environment);
    const assets = await readDeployFolder(folder, this.files, keywords);
    const tenant = await deployTenant(assets, folder, { files: this.files, keywords, notes: this.notes });
    return { kind: 'a folder of auth0-deploy-cli', tenant };
  }

  private async deployFile(file: string, text: string): Promise<Reading> {
    const folder = dirname(file);
    const keywords = await readKeywords(folder, this.files, this.environment);
    const assets = readDeployYaml(file, text, keywords);
    const tenant = await deployTenant(assets, folder, { files: this.files, keywords, notes: this.notes });
    return { kind: 'a YAML file of auth0-deploy-cli', tenant };
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(`There is no file or folder ${path}.`, error);
  }
}

function unreadable(message: string, cause?: unknown): SandboxError {
  return new SandboxError('tenant_unreadable', message, { cause });
}
