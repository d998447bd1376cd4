// How tests run: TypeScript through swc, one project per environment. Servers use port 0, so files run side by side.
const { availableParallelism } = require('node:os')

const transform = {
  '\\.m?[jt]s$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
  ],
}
// ESM-only packages that jest's CommonJS loader has to see translated.
const esm = [
  'aedes1',
  'aedes-persistence',
  'jose',
  'hono',
  '@hono/node-server',
  'mqemitter',
  'fast-check',
  'pure-rand',
  'terser',
  'rollup-plugin-dts',
]
const common = {
  transform,
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)`, '/miniprogram_dist/'],
  modulePathIgnorePatterns: ['/miniprogram_npm/'],
  // A phone that the probe found, for every test that says nothing else (docs/probe.md).
  setupFiles: process.env.SIMULATOR_PROFILE ? ['<rootDir>/test/under-profile.ts'] : [],
}

module.exports = {
  // By itself jest leaves one core free, and half of a two-core machine idle.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 300_000, // no test is about how fast this machine is today: a test holds that (test/package/limits.test.ts)
  projects: [
    {
      ...common,
      displayName: 'sdk',
      testEnvironment: 'node',
      globalSetup: '<rootDir>/test/built.ts',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // These have an environment or a command of their own.
      testPathIgnorePatterns: ['demo', 'servers', 'site', 'frameworks'].map((name) => `<rootDir>/test/${name}/`),
    },
    {
      ...common,
      displayName: 'demo',
      testEnvironment: 'node', // page tests ask for jsdom in their first line
      testMatch: ['<rootDir>/test/demo/**/*.test.ts'],
      globalSetup: '<rootDir>/test/demo/global-setup.ts',
      moduleFileExtensions: ['ts', 'js', 'json', 'mjs', 'cjs'],
      moduleNameMapper: { '^miniprogram-im$': '<rootDir>/test/demo/fake-sdk.ts' },
    },
  ],
}
