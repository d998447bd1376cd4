// The suite against servers that npm cannot install: `npm run test:servers`. One file at a time, as each starts processes.
const base = require('../../jest.config.js')
const [sdk] = base.projects

module.exports = {
  ...sdk,
  rootDir: '../..',
  displayName: 'servers',
  testMatch: ['<rootDir>/test/servers/**/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: base.testTimeout,
  maxWorkers: 1,
}
