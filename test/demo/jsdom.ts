// The environment of the page tests: jest's own for browsers, from the folder of WeChat's test tool.
import { from } from '../../dependencies/install'

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it lives outside the project's own node_modules
const { TestEnvironment } = require(from('wechat', 'jest-environment-jsdom')) as { TestEnvironment: unknown }
export default TestEnvironment
