import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const SANDBOX = join(__dirname, '..', '..');

/** The built package, because tests run the shipped code. */
export const DIST = join(SANDBOX, 'dist');

/** Builds the package if the build is missing or old. */
export function build(): void {
  if (isBuilt()) return;
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(SANDBOX, 'tsconfig.json')]);
}

/** Returns whether every source is older than the build. A removed file changes its folder, so folders count, too. */
function isBuilt(): boolean {
  const built = statSync(join(DIST, 'cli.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(SANDBOX, 'src'), { recursive: true, encoding: 'utf8' });
  return sources.every((name) => statSync(join(SANDBOX, 'src', name)).mtimeMs < built);
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...args]);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

/** A sandbox that runs until it is stopped. */
export class SandboxProcess {
  /** The lines printed since the sandbox was ready. */
  readonly output: string[] = [];
  private seen = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
    readonly ready: Record<
      'tenant' | 'app' | 'transactions' | 'vendor' | 'vendorJwks' | 'authority' | 'inspector',
      string
    >,
  ) {
    lines.on('line', (line) => this.output.push(line));
  }

  /** Waits for a line after the last returned one, and returns it. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const index = this.output.findIndex((line, at) => at >= this.seen && pattern.test(line));
      if (index >= 0) {
        this.seen = index + 1;
        return this.output[index] ?? '';
      }
      await once(this.lines, 'line');
    }
  }

  /** @param environment Variables in addition to those of this process. */
  static async start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<SandboxProcess> {
    const program = [join(DIST, 'cli.js'), '--port', '0', '--json', ...args];
    return SandboxProcess.spawn(program, environment);
  }

  /** Starts a script that embeds the sandbox and prints the ready line itself. */
  static async embed(script: string): Promise<SandboxProcess> {
    return SandboxProcess.spawn(['-e', script]);
  }

  private static async spawn(program: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<SandboxProcess> {
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, program, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['{}'])]);
    return new SandboxProcess(child, lines, JSON.parse(String(line)));
  }

  /** Sends a line to an embedding script and waits for its answer. */
  async tell(line: string): Promise<void> {
    const answer = once(this.lines, 'line');
    this.child.stdin?.write(`${line}\n`);
    await answer;
  }

  /** Ends the process and returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
    return this.child.exitCode;
  }
}
