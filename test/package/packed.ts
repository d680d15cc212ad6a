import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.js';

/** The folder in which the tests start. */
export const ROOT = process.cwd();

/** The target of an import or a require of an entry point. */
interface Target {
  readonly types: string;
  readonly default: string;
}

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly import: Target; readonly require: Target }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly schematics: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

/** The tarball for publication, and its content. */
export class Packed {
  private constructor(
    /** A temporary folder, also for files of tests. */
    readonly workspace: string,
    readonly tarball: string,
    /** In bytes. */
    readonly size: number,
    readonly files: readonly string[],
    readonly manifest: Manifest,
  ) {}

  static async create(): Promise<Packed> {
    const workspace = mkdtempSync(join(tmpdir(), 'package-'));
    const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', workspace];
    const [report] = Object.values(
      JSON.parse(await run(ROOT, 'npm', ...words)) as Record<string, { size: number; filename: string }>,
    );
    if (!report) throw new Error('npm pack has packed nothing');
    const tarball = join(workspace, report.filename);
    const entries = (await run(workspace, 'tar', '-tzf', tarball)).trimEnd().split('\n');
    await run(workspace, 'tar', '-xzf', tarball);
    const manifest = JSON.parse(readFileSync(join(workspace, 'package/package.json'), 'utf8')) as Manifest;
    const files = entries.map((entry) => entry.replace(/^package\//, ''));
    return new Packed(workspace, tarball, report.size, files, manifest);
  }

  remove(): void {
    rmSync(this.workspace, { recursive: true, force: true });
  }

  /** Returns the path of an unpacked file. */
  pathOf(file: string): string {
    return join(this.workspace, 'package', file);
  }

  read(file: string): string {
    return readFileSync(this.pathOf(file), 'utf8');
  }

  /** Returns entry points with code, like `./testing`, and their targets. */
  get entryPoints(): readonly { readonly name: string; readonly import: Target; readonly require: Target }[] {
    return Object.entries(this.manifest.exports).flatMap(([name, target]) =>
      typeof target === 'string' ? [] : [{ name, ...target }],
    );
  }

  /** Returns the files of the collection's schematics. */
  get schematics(): readonly { readonly factory: string; readonly schema: string }[] {
    const { schematics } = JSON.parse(this.read(this.manifest.schematics)) as {
      readonly schematics: Readonly<Record<string, { readonly factory: string; readonly schema: string }>>;
    };
    const folder = dirname(this.manifest.schematics);
    return Object.values(schematics).map(({ factory, schema }) => ({
      factory: join(folder, factory.replace(/#.*/, '.js')),
      schema: join(folder, schema),
    }));
  }

  get optionalPeers(): readonly string[] {
    return Object.entries(this.manifest.peerDependenciesMeta).flatMap(([name, { optional }]) =>
      optional ? [name] : [],
    );
  }

  /** Creates an application with the package, its required dependencies, and these optional peers. */
  async application(name: string, optionalPeers: readonly string[]): Promise<string> {
    const directory = join(this.workspace, name);
    const { dependencies, peerDependencies } = this.manifest;
    const required = Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (dependency) => !this.optionalPeers.includes(dependency),
    );
    for (const dependency of [...required, ...optionalPeers]) {
      const link = join(directory, 'node_modules', dependency);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', dependency), link);
    }
    await run(this.workspace, 'cp', '-r', 'package', join(directory, 'node_modules', this.manifest.name));
    return directory;
  }
}
