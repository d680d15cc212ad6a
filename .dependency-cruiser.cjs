'use strict';

/** Folders of src/auth-redirect, from the top floor down: each imports only from those below it. */
const FLOORS = [
  'redirect',
  'steps',
  'continue-page',
  'requests',
  'token',
  'pages',
  'tenants',
  'options',
  'validation',
  'replay',
  'locales',
  'http',
];

/**
 * Folders of sandbox/src, likewise: cli -> sandbox -> tenant, app, vendor, checks, watch -> management, triggers -> logins,
 * execution -> directory -> definition, transactions -> pages -> redirect -> the base files. Not every folder imports from
 * the next one.
 */
const SANDBOX_FLOORS = [
  'testing',
  'init',
  'watch',
  'checks',
  'vendor',
  'app',
  'tenant',
  'management',
  'triggers',
  'tenant-files',
  'execution',
  'logins',
  'directory',
  'definition',
  'network',
  'transactions',
  'pages',
  'redirect',
];

/** The files beside those folders that each of them may import. */
const SANDBOX_BASE =
  '^sandbox/src/(action-name|clock|similar-name|error-message|json|key-pair|without-undefined|sandbox-errors|secrets-file|suggestion|space-separated)\\.ts$';

const upward = (root, floors, top = []) =>
  floors.slice(1).map((folder, index) => ({
    name: `${folder}-is-below`,
    comment: `${root}/${folder} imports from a folder that stands above it`,
    severity: 'error',
    from: { path: `^${root}/${folder}/` },
    to: { path: [...floors.slice(0, index + 1).map((above) => `^${root}/${above}/`), ...top] },
  }));

/** What the parts of src may import beside themselves and src/auth-redirect. */
const outside = (from, to, comment) => ({ name: comment.replaceAll(' ', '-'), comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
exports.forbidden = [
  { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ...upward('src/auth-redirect', FLOORS, ['^src/auth-redirect/auth-redirect\\.module']),
  ...upward('sandbox/src', SANDBOX_FLOORS),
  outside(
    { path: '^src/auth-redirect/[^/]+$', pathNot: 'auth-redirect\\.module' },
    { path: '^src/auth-redirect/[^/]+/' },
    'base files import from no folder',
  ),
  outside(
    { path: '^src/auth-redirect/' },
    { path: '^src/', pathNot: '^src/auth-redirect/' },
    'the module stands alone',
  ),
  outside(
    { path: '^src/redis/' },
    { path: '^src/', pathNot: '^src/(auth-redirect|redis)/' },
    'redis needs the module only',
  ),
  outside(
    { path: '^src/steps/([^/]+)/' },
    { path: '^src/', pathNot: '^src/(index\\.ts$|auth-redirect/|codes/|fields/|http-client/|steps/$1/)' },
    'a ready-made step needs the module and its building blocks only',
  ),
  outside(
    { path: '^src/codes/' },
    { path: '^src/', pathNot: '^src/(auth-redirect|codes|fields/digits)' },
    'codes need the module and digits only',
  ),
  outside(
    { path: '^src/fields/' },
    { path: '^src/', pathNot: '^src/(auth-redirect|fields)/' },
    'fields need the module only',
  ),
  outside(
    { path: '^src/http-client/' },
    { path: '^src/', pathNot: '^src/(auth-redirect|http-client)/' },
    'the HTTP client needs the module only',
  ),
  outside(
    { path: SANDBOX_BASE },
    { path: '^sandbox/src/', pathNot: SANDBOX_BASE },
    'base files of the sandbox import from no folder',
  ),
  outside(
    { path: '^sandbox/src/[^/]+/' },
    { path: '^sandbox/src/[^/]+$', pathNot: SANDBOX_BASE },
    'folders of the sandbox import base files only',
  ),
  outside(
    { path: '^(src|sandbox/src)/' },
    { path: '^(src|sandbox/src)/', pathNot: '^$1/' },
    'module and sandbox stand alone',
  ),
  outside({ path: '^src/', pathNot: '^src/(service/|main)' }, { path: '^src/service/' }, 'nothing imports the service'),
];

exports.options = {
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  doNotFollow: { path: 'node_modules' },
};
