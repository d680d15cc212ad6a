import { spawnSync } from 'node:child_process';
import { run } from './deploy-tools.js';
import { schemaProblems } from './kubernetes-schema.js';
import { at, list, manifestsIn, only } from './manifests.js';
import { policyProblems, releaseProblems } from './policy.js';

const build = (path: string) => {
  const { status, stdout, output } = run('kubectl', 'kustomize', `deploy/kustomize/${path}`);
  if (status !== 0) throw new Error(output);
  return manifestsIn(stdout);
};
/** The ConfigMap's name contains a hash of its content, so the pods need no checksum. */
const withoutChecksum = (problem: string): boolean => !problem.includes('does not roll when its environment changes');

describe('the kustomize base', () => {
  it('equals the output of the chart', () => {
    const { status, stderr } = spawnSync(process.execPath, ['deploy/kustomize/render.mjs', '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['base', 'overlays/example'])('builds as %s, and is valid', (path) => {
    const manifests = build(path).filter(({ kind }) => kind !== 'Namespace');
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
    expect([...manifests.flatMap(policyProblems), ...releaseProblems(manifests)].filter(withoutChecksum)).toEqual([]);
  });

  it('rolls the pods of an overlay that changes the environment', () => {
    const [base, overlay] = ['base', 'overlays/example'].map((path) => {
      const manifests = build(path);
      const map = only(manifests, 'ConfigMap').metadata.name;
      const pod = at(only(manifests, 'Deployment'), 'spec', 'template', 'spec');
      expect(list(pod, 'containers', 0, 'envFrom')).toEqual([{ configMapRef: { name: map } }]);
      return map;
    });
    expect(base).not.toBe(overlay);
  });

  it('differs from the example only by the example’s patches', () => {
    const manifests = build('overlays/example');
    const deployment = only(manifests, 'Deployment');
    const volumes = list(deployment, 'spec', 'template', 'spec', 'volumes').map((volume) => at(volume, 'name'));
    expect(volumes.toSorted()).toEqual(['redis', 'session-secret']);
    expect(at(deployment, 'spec', 'replicas')).toBe(3);
    expect(at(only(manifests, 'ConfigMap'), 'data')).toEqual(
      expect.objectContaining({ AUTH0_ISSUER: 'login.example.com', DRAIN_DELAY_MS: '5000', TRUST_PROXY: '1' }),
    );
  });
});
