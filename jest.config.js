const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/examples'],
  testMatch: ['**/*.spec.ts'],
  // npm run test:deploy, which needs helm, kubectl and promtool; npm run test:package, which installs other applications; npm run
  // test:browser and test:webkit, which take minutes.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/deploy/',
    '<rootDir>/test/package/',
    '<rootDir>/test/browser/',
  ],
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // These packages, and acorn-typescript, are published as ES modules only; Jest's CommonJS runtime takes them once they are transformed.
  transformIgnorePatterns: ['/node_modules/(?!(?:@nestjs|@sveltejs|@marcbachmann|jose|oauth4webapi|openid-client)/)'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-auth-redirect$': '<rootDir>/src/index.ts',
    '^nestjs-auth-redirect/(.*)$': '<rootDir>/src/$1/index.ts',
  },
  // Most tests wait for a browser or another process.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 40_000,
  coverageProvider: 'v8',
  // npm run test:coverage runs the tests of these folders alone.
  collectCoverageFrom: ['src/auth-redirect/{token,redirect}/**/*.ts'],
  coverageThreshold: { global: { branches: 95 } },
};
