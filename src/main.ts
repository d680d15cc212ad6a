#!/usr/bin/env node
import 'reflect-metadata';
import { ConfigurationError } from './service/configuration/environment.js';

/** sysexits.h: EX_USAGE and EX_CONFIG. */
const EXIT_USAGE = 64;
const EXIT_CONFIGURATION = 78;

const [command = 'start', ...words] = process.argv.slice(2);

run(command).catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    process.stderr.write(error.problems.map((problem) => `configuration: ${problem}\n`).join(''));
    process.exit(EXIT_CONFIGURATION);
  }
  process.stderr.write(`start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

async function run(name: string): Promise<void> {
  if (name === 'start') {
    const { startService } = await import('./service/start.js');
    await startService();
  } else if (name === 'check') {
    const { checkCommand } = await import('./service/check/check.command.js');
    process.exitCode = await checkCommand(words, (text) => void process.stdout.write(text));
  } else {
    process.stderr.write('usage: nestjs-auth-redirect [start | check [--offline] [--json]]\n');
    process.exitCode = EXIT_USAGE;
  }
}
