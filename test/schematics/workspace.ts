import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

export type Files = Readonly<Record<string, string>>;

const MAIN = `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
void bootstrap();
`;

const APP_MODULE = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`;

const NEST_CLI = `{
  "collection": "@nestjs/schematics",
  "sourceRoot": "src",
  "compilerOptions": {
    "deleteOutDir": true
  }
}
`;

/** Returns the package.json that `nest new` writes. */
export function manifest(nest: string, changes: object = {}): string {
  const dependencies = { '@nestjs/core': nest, rxjs: '^7.8.1' };
  return `${JSON.stringify({ name: 'application', dependencies, devDependencies: { jest: '^30.0.0' }, ...changes }, null, 2)}\n`;
}

interface Result {
  readonly files: Files;
  readonly tasks: readonly unknown[];
  readonly logged: readonly string[];
  readonly error?: string;
}

let thread: Worker | undefined;
afterAll(async () => thread?.terminate());

/** An application in memory, like that of `nest new`, for runs of the built schematics. */
export class Workspace {
  /** Tasks of the last schematic, like an installation. */
  tasks: readonly unknown[] = [];
  /** The log lines of the last schematic. */
  logged: readonly string[] = [];

  /** @param files The text of each file by its path. */
  private constructor(public files: Files) {}

  /** Returns an application with CommonJS, Jest and Nest 12, unless the files replace them. */
  static of(files: Files = {}): Workspace {
    return new Workspace({
      'package.json': manifest('^12.0.1'),
      'nest-cli.json': NEST_CLI,
      'src/main.ts': MAIN,
      'src/app.module.ts': APP_MODULE,
      ...files,
    });
  }

  /** Returns an application with ES modules and Vitest. */
  static esm(files: Files = {}): Workspace {
    return Workspace.of({
      'package.json': manifest('^12.0.1', { type: 'module', devDependencies: { vitest: '^4.1.2' } }),
      'src/main.ts': MAIN.replace('./app.module', './app.module.js'),
      'src/app.module.ts': APP_MODULE.replace('./app.controller', './app.controller.js'),
      ...files,
    });
  }

  /** Runs `nest add`. */
  async add(options: object = {}): Promise<this> {
    return this.#run('nest-add', options);
  }

  async step(name: string, options: object = {}): Promise<this> {
    return this.#run('step', { name, ...options });
  }

  async #run(schematic: string, options: object): Promise<this> {
    thread ??= new Worker(join(__dirname, 'runner.mjs'));
    thread.postMessage({ schematic, options, files: this.files });
    const [{ error, ...result }] = (await once(thread, 'message')) as [Result];
    if (error !== undefined) throw new Error(error);
    return Object.assign(this, result);
  }

  read(path: string): string {
    const text = this.files[path];
    if (text === undefined) throw new Error(`there is no ${path}`);
    return text;
  }
}
