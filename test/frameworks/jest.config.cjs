// Apps of the frameworks that mini-programs are written in: `npm run test:frameworks`. They install what they are built with.
const base = require('../../jest.config.js')
const [sdk] = base.projects

module.exports = {
  ...sdk,
  rootDir: '../..',
  displayName: 'frameworks',
  testMatch: ['<rootDir>/test/frameworks/**/*.test.ts'],
  testPathIgnorePatterns: [],
  testTimeout: 600_000, // a build of Taro's
  maxWorkers: 1,
}
