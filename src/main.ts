#!/usr/bin/env node
import 'reflect-metadata';

const USAGE = `usage: nestjs-auth-redirect [start | check [--offline] [--json] [--explain] | preview [--port NUMBER]]
  start     runs the service, which environment variables configure; the default
  check     reports mistakes in these variables: check --help
  preview   shows the pages with this configuration in a browser: preview --help
`;

/** Commands that print their own help. */
const WITH_HELP = ['check', 'preview'];

/** Exit codes of sysexits.h: EX_USAGE and EX_CONFIG. */
const EXIT_USAGE = 64;
const EXIT_CONFIGURATION = 78;

// Stack traces show lines of src/. Unlike --enable-source-maps, this does not make pino's call of util.getCallSites parse a map.
process.setSourceMapsEnabled(true);
void main(process.argv.slice(2));

async function main([command = 'start', ...args]: readonly string[]): Promise<void> {
  try {
    await run(command, args);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing !== undefined) {
      process.stderr.write(`${command}: the package ${missing} is not installed: npm install ${missing}\n`);
      process.exit(EXIT_CONFIGURATION);
    }
    const { ConfigurationError } = await import('./service/configuration/environment.js');
    if (error instanceof ConfigurationError) {
      process.stderr.write(error.problems.map((problem) => `configuration: ${problem}\n`).join(''));
      process.exit(EXIT_CONFIGURATION);
    }
    process.stderr.write(`${command}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** Runs one command and loads only its modules. An application that installed the package may lack packages that the service imports. */
async function run(command: string, args: readonly string[]): Promise<void> {
  if (!WITH_HELP.includes(command) && [command, ...args].some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(USAGE);
  } else if (command === 'start') {
    const { startService } = await import('./service/start.js');
    await startService();
  } else if (command === 'check') {
    const { checkCommand } = await import('./service/check/check.command.js');
    process.exitCode = await checkCommand(args, (text) => process.stdout.write(text));
  } else if (command === 'preview') {
    const { previewCommand } = await import('./service/preview/preview.command.js');
    process.exitCode = await previewCommand(args, (text) => process.stdout.write(text));
  } else {
    process.stderr.write(USAGE);
    process.exitCode = EXIT_USAGE;
  }
}

/** Returns the name of the missing package if the error is a failed import. */
function missingPackage(error: unknown): string | undefined {
  const { code, message } = Object(error);
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return /^Cannot find (?:module|package) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(String(message))?.[1];
}
