import 'reflect-metadata';
import { ConfigurationError } from './service/configuration/environment.js';
import { startService } from './service/start.js';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIGURATION = 78;

startService().catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    process.stderr.write(error.problems.map((problem) => `configuration: ${problem}\n`).join(''));
    process.exit(EXIT_CONFIGURATION);
  }
  process.stderr.write(`start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
