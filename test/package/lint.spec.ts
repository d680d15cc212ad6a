import { join } from 'node:path';
import { Packed, ROOT } from './packed.js';
import { runNode } from './run.js';

interface Analysis {
  readonly entrypoints: Readonly<Record<string, unknown>>;
  readonly problems: readonly unknown[];
}

describe('the packed tarball', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await Packed.create();
  });
  afterAll(() => packed.remove());

  it('passes publint, suggestions included', async () => {
    const program = join(ROOT, 'node_modules/publint/src/cli.js');
    expect(await runNode(packed.workspace, program, 'run', packed.tarball, '--strict')).toContain('All good!');
  });

  it('has the right types at each entry point, for node10, node16 and bundlers', async () => {
    const program = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const output = await runNode(packed.workspace, program, packed.tarball, '--format', 'json');
    const { analysis } = JSON.parse(output) as { readonly analysis: Analysis };
    expect(analysis.problems).toEqual([]);
    expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys(packed.manifest.exports));
  });
});
