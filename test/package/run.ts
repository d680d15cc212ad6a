import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 *
 * @returns Standard output.
 * @throws Error with all output if the program fails.
 */
export async function run(directory: string, program: string, ...words: readonly string[]): Promise<string> {
  const child = spawn(program, words, { cwd: directory, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${String(status)}:\n${output}`);
  return stdout;
}

export async function runNode(directory: string, ...words: readonly string[]): Promise<string> {
  return run(directory, process.execPath, ...words);
}
