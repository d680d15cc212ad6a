import { resolve } from 'node:path';
import { withNamedActions } from '../src/action-files.js';
import { SandboxError } from '../src/sandbox-errors.js';

describe('the Actions that the command line names', () => {
  it('belong to post-login or to the trigger before the colon, and run in order after the Actions of the tenant', () => {
    const own = { name: 'own', file: '/own.js', secrets: { OWN: '1' } };
    const named = ['a.js', 'credentials-exchange:deny/code.js', 'post-login:b.js', 'C:\\c.js'];
    const lists = withNamedActions({ 'post-login': [own] }, named, { KEY: '2' });
    expect(lists['post-login']?.map(({ name }) => name)).toEqual(['own', 'a', 'b', 'C:\\c']);
    expect(lists['post-login']?.[0]?.secrets).toEqual({ OWN: '1', KEY: '2' });
    expect(lists['credentials-exchange']).toEqual([
      { name: 'deny', file: resolve('deny/code.js'), secrets: { KEY: '2' } },
    ]);
    expect(lists['send-phone-message']).toEqual([]);
  });

  it('cannot belong to an unknown trigger', () => {
    const named = (): unknown => withNamedActions({}, ['post-logn:a.js'], {});
    expect(named).toThrow(SandboxError);
    expect(named).toThrow('"post-logn" is not a trigger of the sandbox. It has post-login, credentials-exchange,');
  });
});
