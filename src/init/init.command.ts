import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { projectIn, type Project } from './project.js';
import { stepNames } from './step-names.js';
import { stepSource, stepSpec, stepTemplate } from './step-sources.js';

const USAGE = `usage: nestjs-auth-redirect init step <id> [--directory src/steps] [--views views]
Writes a step, its test and its page into the application in this folder, and says what to add to its module.
  <id>          a-z, 0-9 and -, a letter first, up to 40 characters
  --directory   where the step and its test go; default src/steps
  --views       the directory that becomes viewsDirectory; the page goes to steps/ in it; default views
Overwrites nothing. Ends with 0, with 1 where it could not write, with 64 for words that it does not understand.
`;

/** sysexits.h: EX_USAGE. */
const EXIT_USAGE = 64;

/** As the registry of the steps takes it. */
const ID = /^[a-z][a-z0-9-]{0,39}$/;

interface Order {
  readonly id: string;
  readonly directory: string;
  readonly views: string;
}

/** Where the command runs, and what it writes its text to. */
export interface Surroundings {
  /** Folder of the application. */
  readonly application: string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** @returns The exit code. */
export function initCommand(args: readonly string[], { application, print, printError }: Surroundings): number {
  if (args.includes('--help')) {
    print(USAGE);
    return 0;
  }
  const order = orderOf(args);
  if (typeof order === 'string') {
    printError(`${order}\n${USAGE}`);
    return EXIT_USAGE;
  }
  try {
    const project = projectIn(application);
    const files = filesOf(order, project);
    writeNew(files, application);
    print(linesOf(files) + whatToAdd(order, project, application));
    return 0;
  } catch (error) {
    printError(`init: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** @returns What is asked for, or what is wrong with it. */
function orderOf(args: readonly string[]): Order | string {
  const words = wordsOf(args);
  if (words === undefined) return 'init: unknown option';
  const { values, positionals } = words;
  const [kind, id, ...rest] = positionals;
  if (kind !== 'step' || id === undefined || rest.length > 0) return 'init: say what to write, like init step my-step';
  if (!ID.test(id)) return `init: ${JSON.stringify(id)} is no id: a-z, 0-9 and -, a letter first, up to 40 characters`;
  return { id, ...values };
}

function wordsOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        directory: { type: 'string', default: join('src', 'steps') },
        views: { type: 'string', default: 'views' },
      },
    });
  } catch {
    return undefined;
  }
}

/** What is written, by path. */
function filesOf({ id, directory, views }: Order, project: Project): Readonly<Record<string, string>> {
  const names = stepNames(id);
  return {
    [join(directory, `${id}.step.ts`)]: stepSource(names),
    [join(directory, `${id}.step.spec.ts`)]: stepSpec(names, project),
    [join(views, 'steps', `${id}.hbs`)]: stepTemplate(),
  };
}

/** All of them or, where one is there already, none. */
function writeNew(files: Readonly<Record<string, string>>, application: string): void {
  const existing = Object.keys(files).filter((path) => existsSync(resolve(application, path)));
  if (existing.length > 0) throw new Error(`nothing was written, because there is ${existing.join(' and ')} already`);
  for (const [path, content] of Object.entries(files)) {
    const target = resolve(application, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { flag: 'wx' });
  }
}

function linesOf(files: Readonly<Record<string, string>>): string {
  return Object.keys(files)
    .map((path) => `wrote ${path}\n`)
    .join('');
}

function whatToAdd({ id, directory, views }: Order, { extension }: Project, application: string): string {
  const { step } = stepNames(id);
  const folder = relative(resolve(application, 'src'), resolve(application, directory));
  const from = posix.join(posixPath(folder), `${id}.step${extension}`);
  return `
Add it to your module:

  import { ${step} } from '${from.startsWith('.') ? from : `./${from}`}';

  AuthRedirectModule.forRoot({
    ...
    steps: [${step}],
    viewsDirectory: '${posixPath(views)}',
  })

With forRootAsync, steps stands beside useFactory, and viewsDirectory in what that returns. viewsDirectory is relative to
the folder that the application is started in.
`;
}

function posixPath(path: string): string {
  return path.split(sep).join('/');
}
