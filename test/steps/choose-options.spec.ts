import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChooseStep } from '../../src/steps/choose/index.js';

const URL = 'https://accounts.example.com/list';
const SOURCE = { url: URL, subParameter: 'user' };

function problemsWith(options: object): readonly string[] {
  try {
    void new ChooseStep(options);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'choose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (content: string): string => {
  const path = join(folder, `file-${Math.random()}`);
  writeFileSync(path, content);
  return path;
};

describe('the options of the step choose', () => {
  it.each<[string, object]>([
    ['a claim', { claim: 'organizations' }],
    [
      'every option',
      {
        claim: 'organizations',
        id: 'role',
        title: { en: 'Role', de: 'Rolle' },
        text: 'Text',
        label: 'Label',
        empty: 'skip',
        single: 'show',
        remember: true,
        members: { id: 'a.b', label: 'c', description: 'd' },
      },
    ],
    [
      'null for what is optional',
      { claim: 'a', title: null, source: null, members: null, empty: null, remember: null },
    ],
    ['an endpoint', { source: SOURCE }],
    ['an endpoint on this machine', { source: { ...SOURCE, url: 'http://localhost:4010/a' } }],
    ['a sub in the path', { source: { url: 'https://a.example/users/{sub}/list?a=1' } }],
    ['a sub at the end of the path', { source: { url: 'https://a.example/users/{sub}' } }],
    ['a sub in a body', { source: { url: URL, subMember: 'user_id' } }],
    ['a sub in a header', { source: { url: URL, subHeader: 'X-User' } }],
    [
      'limits',
      { source: { ...SOURCE, timeout: 3, retries: 0, maxBytes: 1000, allowPrivateAddresses: true, list: 'a.b' } },
    ],
    ['headers', { source: { ...SOURCE, headers: { 'X-Version': '2' } } }],
  ])('accept %s', (_what, options) => {
    expect(problemsWith(options)).toEqual([]);
  });

  it('accept a file with a header', () => {
    expect(problemsWith({ source: { ...SOURCE, headerFiles: { Authorization: fileWith('Bearer a\n') } } })).toEqual([]);
  });

  const HAS = 'choose.source has a problem:';
  const PLACE =
    'needs exactly one place for the sub of the user: {sub} in the path, subParameter, subMember or subHeader';
  it.each<[object, string]>([
    [{}, 'choose.claim or source is missing: set one of them'],
    [{ claim: 'a', source: SOURCE }, 'choose.claim and source are both set: remove one'],
    [{ claim: '' }, 'choose.claim is not the name of a claim'],
    [{ claim: 7 }, 'choose.claim is not a text (quote it)'],
    [{ claim: 'sub' }, 'choose.claim is sub, which has another meaning'],
    [{ claim: 'choose' }, 'choose.claim is the id of the step: that claim has the last choice'],
    [{ claim: 'role', id: 'role' }, 'choose.claim is the id of the step: that claim has the last choice'],
    [{ claim: 'a', title: ' ' }, 'choose.title is empty'],
    [{ claim: 'a', title: { en: 'x'.repeat(201) } }, 'choose.title en has 201 characters, more than 200'],
    [{ claim: 'a', empty: 'show' }, 'choose.empty is neither deny nor skip'],
    [{ claim: 'a', single: 'deny' }, 'choose.single is neither skip nor show'],
    [{ claim: 'a', remember: 'yes' }, 'choose.remember is neither true nor false'],
    [{ claim: 'a', members: ['id'] }, 'choose.members is not a section of options'],
    [
      { claim: 'a', members: { id: 'a..b' } },
      'choose.members has a problem: id is not a name, or names separated by dots, like data.items',
    ],
    [
      { claim: 'a', members: { lable: 'a' } },
      'choose.members has a problem: lable is not a known option (known: id, label, description)',
    ],
    [{ claim: 'a', clam: 'a' }, 'choose.clam is not a known option: did you mean claim?'],
    [{ source: URL }, 'choose.source is not a section of options'],
    [{ source: { url: URL } }, `${HAS} url ${PLACE}`],
    [{ source: { ...SOURCE, subHeader: 'X-User' } }, `${HAS} url ${PLACE}`],
    [{ source: { ...SOURCE, url: 'https://a.example/{sub}' } }, `${HAS} url ${PLACE}`],
    [
      { source: { url: 'https://{sub}.example.com/' } },
      `${HAS} url has {sub} more than once, or not as a whole part of the path`,
    ],
    [
      { source: { url: 'https://a.example/x{sub}' } },
      `${HAS} url has {sub} more than once, or not as a whole part of the path`,
    ],
    [
      { source: { url: 'https://a.example/?u={sub}' } },
      `${HAS} url has {sub} more than once, or not as a whole part of the path`,
    ],
    [
      { source: { url: 'https://a.example/{sub}/{sub}' } },
      `${HAS} url has {sub} more than once, or not as a whole part of the path`,
    ],
    [{ source: { ...SOURCE, url: `${URL}?user=1` } }, `${HAS} url already has the parameter user`],
    [{ source: { ...SOURCE, url: 'http://accounts.example.com/' } }, `${HAS} url is not an https URL`],
    [{ source: { ...SOURCE, url: `${URL}#a` } }, `${HAS} url has a fragment`],
    [{ source: { ...SOURCE, url: 'https://user:password@a.example/' } }, `${HAS} url is not an https URL`],
    [{ source: { url: URL, subMember: '__proto__' } }, `${HAS} subMember is not a name`],
    [{ source: { url: URL, subHeader: 'X User' } }, `${HAS} subHeader is not the name of a header`],
    [{ source: { url: URL, subHeader: 'Host' } }, `${HAS} subHeader is Host, which the service sets`],
    [
      { source: { url: URL, subHeader: 'Auth-Redirect-Tenant' } },
      `${HAS} subHeader is Auth-Redirect-Tenant, which the service sets`,
    ],
    [
      { source: { ...SOURCE, headers: { Host: 'a' } } },
      `${HAS} headers has a name that is Host, which the service sets`,
    ],
    [{ source: { ...SOURCE, headers: { A: 'b\r\nC: d' } } }, `${HAS} headers A is not a valid header value`],
    [{ source: { ...SOURCE, headers: { A: 2 } } }, `${HAS} headers A is not a text (quote it)`],
    [{ source: { ...SOURCE, headers: ['A: b'] } }, `${HAS} headers is not a section of headers by name`],
    [
      { source: { ...SOURCE, headerFiles: { A: '/nowhere' } } },
      `${HAS} headerFiles A names a file that does not exist (ENOENT)`,
    ],
    [{ source: { ...SOURCE, list: 'a.' } }, `${HAS} list is not a name, or names separated by dots`],
    [{ source: { ...SOURCE, timeout: 31 } }, `${HAS} timeout is not a whole number of seconds from 1 to 30`],
    [{ source: { ...SOURCE, timout: 3 } }, `${HAS} timout is not a known option: did you mean timeout?`],
  ])('name the problem with %j', (options, problem) => {
    expect(problemsWith(options)).toEqual([expect.stringContaining(problem)]);
  });

  it.each(['', 'a\nb', ' '])('reject a file with the header %j, without its content', (content) => {
    const problem = 'headerFiles Authorization names a file whose content is not a valid header value';
    const headerFiles = { Authorization: fileWith(content) };
    expect(problemsWith({ source: { ...SOURCE, headerFiles } })).toEqual([`${HAS} ${problem}`]);
  });
});
