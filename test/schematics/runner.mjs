// Runs schematics for the tests in a thread, because Jest cannot load the ES modules of @angular-devkit/schematics and
// prettier.
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { HostTree } from '@angular-devkit/schematics';
import { SchematicTestRunner } from '@angular-devkit/schematics/testing/index.js';

const runner = new SchematicTestRunner('nestjs-auth-redirect', join(process.cwd(), 'dist/schematics/collection.json'));
let logged = [];
runner.logger.subscribe(({ message }) => logged.push(message));

parentPort.on('message', async ({ schematic, options, files }) => {
  logged = [];
  try {
    const tree = new HostTree();
    for (const [path, text] of Object.entries(files)) tree.create(path, text);
    const result = await runner.runSchematic(schematic, options, tree);
    const texts = Object.fromEntries(result.files.map((path) => [path.slice(1), result.readText(path)]));
    parentPort.postMessage({ files: texts, tasks: runner.tasks, logged });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
