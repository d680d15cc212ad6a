import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ISSUER, SECRET } from './login.js';
import { ROOT, type Packed } from './packed.js';
import { run, runNode } from './run.js';

const HOSTS = join(ROOT, 'test/package/hosts');
const SCHEMATICS = join(ROOT, 'node_modules/@angular-devkit/schematics-cli/bin/schematics.js');
const LOGIN = join(ROOT, 'test/package/login.ts');

/** An application that has installed the tarball. */
export class Host {
  #process: ChildProcess | undefined;

  private constructor(private readonly directory: string) {}

  /** @param name Folder of {@link HOSTS}. */
  static async install(packed: Packed, name: string): Promise<Host> {
    const directory = join(packed.workspace, 'hosts', name);
    cpSync(join(HOSTS, name), directory, { recursive: true });
    if (existsSync(join(directory, 'src'))) cpSync(LOGIN, join(directory, 'src/login.ts'));
    const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run(directory, 'npm', 'install', packed.tarball, ...quietly);
    return new Host(directory);
  }

  /** Generates a step, and leaves the module unchanged. */
  async generateStep(name: string): Promise<void> {
    await runNode(this.directory, SCHEMATICS, 'nestjs-auth-redirect:step', `--name=${name}`, '--skip-import');
  }

  has(dependency: string): boolean {
    return existsSync(join(this.directory, 'node_modules', dependency));
  }

  /** Runs a dependency's program, like `jest/bin/jest.js`. */
  async run(program: string, ...words: readonly string[]): Promise<string> {
    return runNode(this.directory, join('node_modules', program), ...words);
  }

  /** Starts `main.mjs`. */
  async start(): Promise<string> {
    this.#process = spawn(process.execPath, ['main.mjs', ISSUER, SECRET], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [origin] = (await once(createInterface({ input: this.#process.stdout! }), 'line')) as [string];
    return origin;
  }

  stop(): void {
    this.#process?.kill();
  }
}
