import { parseRedirectParameters } from '../../src/auth-redirect/token/redirect-parameters.js';
import { thrownBy } from '../harness/continue-tokens.js';

const codeOf = (target: string): string => (thrownBy(() => parseRedirectParameters(target)) as { code: string }).code;

describe('the parameters of a redirect', () => {
  it.each<[string, string, string, string]>([
    ['in any order', '/redirect?state=s&session_token=t', 's', 't'],
    ['under any path', '/some/prefix/?session_token=t&state=s', 's', 't'],
    ['among others', '/redirect?ui_locales=de&session_token=t&x=1&x=2&y[]=3&state=s&', 's', 't'],
    ['with percent-encoded names', '/redirect?%73tate=s&session%5Ftoken=t', 's', 't'],
    [
      'with a state of any text',
      '/redirect?state=%2B%20a+b%26c%3Dd%C3%A9%F0%9F%99%82=&session_token=t',
      '+ a b&c=dé🙂=',
      't',
    ],
    ['with a state of markup', '/redirect?state=%22%3E%3Cscript%3E&session_token=t', '"><script>', 't'],
    ['with question marks', '/redirect?state=a?b&session_token=t', 'a?b', 't'],
    [
      'with names that only look like theirs',
      '/redirect?states=1&substate=2&State=3&session_token=t&state=s',
      's',
      't',
    ],
    ['with a state of 2,048 characters', `/redirect?state=${'s'.repeat(2048)}&session_token=t`, 's'.repeat(2048), 't'],
    ['with a token of 8,192 characters', `/redirect?state=s&session_token=${'t'.repeat(8192)}`, 's', 't'.repeat(8192)],
    ['with a name like a member of Object', '/redirect?__proto__=1&constructor=2&state=s&session_token=t', 's', 't'],
    ['with a parameter without a value', '/redirect?flag&state=s&session_token=t', 's', 't'],
    ['with a line break in another one', '/redirect?note=a%0Ab&state=s&session_token=t', 's', 't'],
  ])('are found %s', (_name, target, state, sessionToken) => {
    expect(parseRedirectParameters(target)).toEqual({ state, sessionToken, parameter: 'session_token' });
  });

  it.each([
    ['no query', '/redirect'],
    ['an empty query', '/redirect?'],
    ['no state', '/redirect?session_token=t'],
    ['no session_token', '/redirect?state=s'],
    ['an empty state', '/redirect?session_token=t&state='],
    ['an empty session_token', '/redirect?session_token&state=s'],
    ['another case', '/redirect?State=s&session_token=t'],
  ])('are required: %s', (_name, target) => expect(codeOf(target)).toBe('parameter_missing'));

  it.each([
    ['state', '/redirect?state=a&session_token=t&state=b'],
    ['state with the same value', '/redirect?state=a&session_token=t&state=a'],
    ['state, once empty', '/redirect?state=&session_token=t&state=a'],
    ['session_token', '/redirect?state=a&session_token=t&session_token=u'],
    ['state, once encoded', '/redirect?state=a&session_token=t&s%74ate=b'],
  ])('occur once: %s', (_name, target) => expect(codeOf(target)).toBe('parameter_repeated'));

  it.each([
    'state[]',
    'state[0]',
    'state[a]',
    'state%5B%5D',
    'state.a',
    'session_token[]',
    'session_token[$ne]',
    'session_token.x',
    '+state',
    'state%20',
  ])('are plain: %s', (name) => expect(codeOf(`/redirect?state=s&session_token=t&${name}=x`)).toBe('parameter_nested'));

  it.each([
    'state=%',
    'state=%z1',
    'state=%2',
    'state=%c0%af',
    'state=%ff',
    'state=%ed%a0%80',
    'x=%',
    '%=x',
    'state=é',
    'x=\x7f',
    'x= ',
    'state=a#b',
  ])('are correctly encoded: %s', (pair) =>
    expect(codeOf(`/redirect?session_token=t&${pair}`)).toBe('parameter_encoding'),
  );

  it.each([
    'state=a%00',
    'state=a%0Ab',
    'state=%0D',
    'state=%7F',
    'state=%C2%85',
    'session_token=a%09',
    'x=%00',
    'state%00=s',
    '%00=s',
  ])('hold no control characters: %s', (pair) => {
    const other = pair.startsWith('session_token') ? 'state=s' : 'session_token=t';
    const rest = /^(?:state|session_token)=/.test(pair) ? other : 'state=s&session_token=t';
    expect(codeOf(`/redirect?${rest}&${pair}`)).toBe('parameter_characters');
  });

  it('are not read from a fragment', () => {
    expect(codeOf('/redirect#x?state=s&session_token=t')).toBe('parameter_encoding');
  });

  it.each([
    ['state', `/redirect?session_token=t&state=${'s'.repeat(2049)}`],
    ['session_token', `/redirect?state=s&session_token=${'t'.repeat(8193)}`],
  ])('are not too long: %s', (_name, target) => expect(codeOf(target)).toBe('parameter_too_long'));
});
