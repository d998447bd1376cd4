// The documentation as a site, after it was built: `npm run test:site`.
const base = require('../../jest.config.js')
const [sdk] = base.projects

module.exports = {
  ...sdk,
  rootDir: '../..',
  displayName: 'site',
  testMatch: ['<rootDir>/test/site/**/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: base.testTimeout,
  maxWorkers: 1,
}
