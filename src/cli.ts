const USAGE = 'usage: nestjs-auth-redirect [start | check [--offline] [--json]]\n';

/** sysexits.h: EX_USAGE and EX_CONFIG. */
const EXIT_USAGE = 64;
const EXIT_CONFIGURATION = 78;

/** Runs a command, `start` where none is given. What it throws is told, and ends the process. */
export async function runCommand([command = 'start', ...words]: readonly string[]): Promise<void> {
  try {
    await run(command, words);
  } catch (error) {
    const problems = configurationProblemsOf(error);
    if (problems) {
      printError(problems.map((problem) => `configuration: ${problem}\n`).join(''));
      process.exit(EXIT_CONFIGURATION);
    }
    printError(`start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** Each command loads what it needs: in an application that has the module, not everything of the service is installed. */
async function run(name: string, words: readonly string[]): Promise<void> {
  if (name === 'start') {
    await import('reflect-metadata');
    const { startService } = await import('./service/start.js');
    await startService();
  } else if (name === 'check') {
    await import('reflect-metadata');
    const { checkCommand } = await import('./service/check/check.command.js');
    process.exitCode = await checkCommand(words, print);
  } else {
    printError(USAGE);
    process.exitCode = EXIT_USAGE;
  }
}

/** By its code: the class is loaded with the commands that throw it. */
function configurationProblemsOf(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'configuration_invalid')) return undefined;
  return 'problems' in error && Array.isArray(error.problems) ? error.problems.map(String) : undefined;
}

function print(text: string): void {
  process.stdout.write(text);
}

function printError(text: string): void {
  process.stderr.write(text);
}
