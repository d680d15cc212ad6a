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

const inFolder = (folder) => `^src/auth-redirect/${folder}/`;

const upward = FLOORS.slice(1).map((folder, index) => ({
  name: `${folder}-is-below`,
  comment: `src/auth-redirect/${folder} imports from a folder that stands above it`,
  severity: 'error',
  from: { path: inFolder(folder) },
  to: { path: [...FLOORS.slice(0, index + 1).map(inFolder), '^src/auth-redirect/auth-redirect\\.module'] },
}));

/** What the parts of src may import beside themselves and src/auth-redirect. */
const outside = (from, to, comment) => ({ name: comment.replaceAll(' ', '-'), comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
exports.forbidden = [
  { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ...upward,
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
    { path: '^src/', pathNot: '^src/(index\\.ts$|auth-redirect/|steps/$1/)' },
    'a ready-made step needs the module only',
  ),
  outside({ path: '^src/', pathNot: '^src/(service/|main)' }, { path: '^src/service/' }, 'nothing imports the service'),
];

exports.options = {
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  doNotFollow: { path: 'node_modules' },
};
