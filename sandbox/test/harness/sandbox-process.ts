import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const SANDBOX = join(__dirname, '..', '..');

/** The built package; what is tested is what is shipped. */
export const DIST = join(SANDBOX, 'dist');

/** Builds the package, so that no test runs against an old build. */
export function build(): void {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', join(SANDBOX, 'tsconfig.json')]);
}

/** How a process ended that was not meant to go on. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end. */
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
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
    readonly ready: {
      tenant: string;
      app: string;
      transactions: string;
      vendor: string;
      vendorJwks: string;
      authority: string;
    },
  ) {}

  static async start(args: readonly string[]): Promise<SandboxProcess> {
    const program = [join(DIST, 'cli.js'), '--port', '0', '--json', ...args];
    return SandboxProcess.spawn(program);
  }

  /** Starts a script that embeds the sandbox and prints the ready line itself. */
  static async embed(script: string): Promise<SandboxProcess> {
    return SandboxProcess.spawn(['-e', script]);
  }

  private static async spawn(program: readonly string[]): Promise<SandboxProcess> {
    const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['{}'])]);
    return new SandboxProcess(child, lines, JSON.parse(String(line)));
  }

  /** Says something to an embedding script and waits for its answer. */
  async tell(line: string): Promise<void> {
    const answer = once(this.lines, 'line');
    this.child.stdin?.write(`${line}\n`);
    await answer;
  }

  /** Ends the process it started and returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
    return this.child.exitCode;
  }
}
