import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountLinkStep, type AccountLinkOptions } from '../../src/steps/account-link/index.js';
import { FrozenClock } from '../../src/testing/frozen-clock.js';

const VALID = { clientId: 'linker', clientSecret: 'the secret of the client' };
const GOOGLE = { name: 'google-oauth2', label: 'Google' };

const stepWith = (options: object): AccountLinkStep =>
  new AccountLinkStep(new FrozenClock(0), options as AccountLinkOptions);
function problemsWith(options: object): readonly string[] {
  try {
    stepWith(options);
    return [];
  } catch (error) {
    return (error as { problems: string[] }).problems;
  }
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'account-link-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
const fileWith = (content: string): string => {
  const file = join(directory, 'secret');
  writeFileSync(file, content);
  return file;
};

it('account-link has an id of its own', () => {
  expect(stepWith(VALID).id).toBe('account-link');
  expect(stepWith({ ...VALID, id: 'social' }).id).toBe('social');
});

it.each<[object]>([
  [{}],
  [{ issuer: 'https://login.example.com/' }],
  [{ issuer: 'http://localhost:9500/' }],
  [{ connections: [GOOGLE, { name: 'Username-Password-Authentication', label: { en: 'Password', de: 'Passwort' } }] }],
  [{ scope: 'openid', requireVerifiedEmail: false }],
  [{ scope: 'openid profile email', sameEmail: true, whenLinked: 'link', algorithm: 'PS256', clockTolerance: 0 }],
  [{ httpClient: { timeout: 3, allowPrivateAddresses: true } }],
  [{ issuer: null, connections: null }],
])('account-link accepts %j', (options) => {
  expect(problemsWith({ ...VALID, ...options })).toEqual([]);
});

it('account-link reads the secret from a file, and reports its problem', () => {
  const { clientId } = VALID;
  expect(problemsWith({ clientId, clientSecretFile: fileWith('the secret\n') })).toEqual([]);
  expect(problemsWith({ clientId, clientSecretFile: fileWith('') })).toEqual([
    'account-link.clientSecretFile names a file whose content is empty',
  ]);
  expect(problemsWith({ clientId, clientSecretFile: join(directory, 'none') })[0]).toContain('does not exist');
});

it.each<[object, string]>([
  [{ clientId: '' }, 'clientId is empty'],
  [{ clientId: undefined }, 'clientId is missing'],
  [{ clientSecret: undefined }, 'clientSecret or clientSecretFile is missing'],
  [{ clientSecret: ' x' }, 'clientSecret has white space around it, which would be part of it: remove it'],
  [{ issuer: 'login.example.com' }, 'issuer is not an https URL'],
  [{ issuer: 'http://login.example.com/' }, 'issuer is not an https URL'],
  [{ issuer: 'https://login.example.com/?a' }, 'issuer has a query: leave it out'],
  [{ scope: 'email' }, 'scope lacks openid'],
  [{ scope: 'openid' }, 'scope lacks email: add it, or set requireVerifiedEmail to false'],
  [{ scope: 'openid  email' }, 'scope is not a list of scopes with one space between them'],
  [{ scope: 'openid email offline_access' }, 'scope contains offline_access: the step uses no refresh token'],
  [{ sameEmail: true, requireVerifiedEmail: false }, 'sameEmail needs requireVerifiedEmail, which is false'],
  [{ requireVerifiedEmail: 'no' }, 'requireVerifiedEmail is neither true nor false'],
  [{ connections: [] }, 'connections is not a list of 1 to 10 connections'],
  [{ connections: 'google-oauth2' }, 'connections is a text, not a list of 1 to 10 connections'],
  [{ connections: [GOOGLE, GOOGLE] }, 'connections names a connection twice'],
  [{ connections: [{ name: 'a b', label: 'A' }] }, 'connections has no valid connection name in entry 1'],
  [{ connections: [{ name: 'a' }] }, 'connections has a label in entry 1 that is neither a text nor'],
  [{ connections: [{ ...GOOGLE, icon: 'x' }] }, 'connections has an entry with an unknown option'],
  [{ connections: ['google-oauth2'] }, 'connections has an entry that is not like'],
  [{ algorithm: 'HS256' }, 'algorithm is neither RS256 nor PS256'],
  [{ whenLinked: 'never' }, 'whenLinked is neither skip nor link'],
  [{ clockTolerance: 6 }, 'clockTolerance is not a whole number of seconds from 0 to 5'],
  [{ httpClient: { timeout: 0 } }, 'httpClient has a problem: timeout is not a whole number of seconds from 1 to 30'],
  [{ httpClient: { tiemout: 1 } }, 'httpClient has a problem: tiemout is not a known option'],
  [{ httpClient: 5 }, 'httpClient is not like { timeout: 3 }'],
  [{ clientID: 'x' }, 'clientID is not a known option'],
])('account-link rejects %j', (options, problem) => {
  expect(problemsWith({ ...VALID, ...options })).toEqual([expect.stringContaining(`account-link.${problem}`)]);
});

it('account-link never repeats a secret in its problems', () => {
  const problems = problemsWith({ clientId: 7, clientSecret: 'a-secret ', clientSecretFile: '/none' });
  expect(problems.length).toBeGreaterThan(1);
  expect(problems.join()).not.toContain('a-secret');
});
