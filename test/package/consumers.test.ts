// Whoever builds an app with the package gets it running: Node, webpack, vite, rollup, TypeScript, and WeChat's own "build npm".
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { from } from '../../dependencies/install'
import { loadInBareRuntime } from './bare-runtime'
import { entrances, inRoot } from '../../tools/project'
import { installPackage } from './tarball'

// One app for all, with nothing but our package installed.
const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
beforeAll(() => void installPackage(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })

/** Runs a module in the app that may use tools from elsewhere; its output. */
const withTools = (script: string) =>
  run('--input-type=module', '-e', `const tool = (file) => import(file).then((all) => all.default ?? all)\n${script}`)

const uses = `
const { Connection, ErrorCode } = sdk
console.log(typeof Connection, ErrorCode.TokenExpired, sdk.default.connection === Connection, typeof nim.default.getInstance, typeof rongcloud.RongIMClient.connect)`
const works = 'function 31020 true function function\n'
const app = `
import * as sdk from 'miniprogram-im'
import * as nim from 'miniprogram-im/nim'
import * as rongcloud from 'miniprogram-im/rongcloud'
${uses}`

test('Node imports it as a module and requires it', () => {
  write('app.mjs', app)
  write(
    'app.cjs',
    `const sdk = require('miniprogram-im'), nim = require('miniprogram-im/nim'), rongcloud = require('miniprogram-im/rongcloud')${uses}`,
  )
  expect(run('app.mjs')).toBe(works)
  expect(run('app.cjs')).toBe(works)
})

test("const EC = require('miniprogram-im') is the namespace, without .default", () => {
  write(
    'namespace.cjs',
    `const EC = require('miniprogram-im'), NIM = require('miniprogram-im/nim')
console.log(Object.keys(EC.default).filter((name) => EC[name] !== EC.default[name]), NIM.getInstance === NIM.default.getInstance)
const conn = new EC.connection({ appKey: 'a#b', url: 'wss://a/mqtt', wx: { connectSocket() {} } })
console.log(conn instanceof EC.Connection, EC.statusCode.WEBIM_CONNCTION_USER_REMOVED, typeof EC.message.create)`,
  )
  expect(run('namespace.cjs')).toBe('[] true\ntrue 207 function\n')
})

// Each reads `entry` and writes `app.js` into the folder `out`, and fails on a warning.
const builders = {
  webpack: `
    const webpack = await tool('${from('packaging', 'webpack/lib/index.js')}')
    const output = { path: process.cwd() + '/' + out, filename: 'app.js' }
    webpack({ mode: 'production', target: ['web', 'es2015'], context: process.cwd(), entry, output }, (error, stats) => {
      if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString())
    })`,
  // 4, which uni-app with Vue 2 and older Taro use: it knows no `exports`, and no ES2020.
  'webpack 4': `
    const webpack = await tool('${from('packaging', 'webpack4/lib/webpack.js')}')
    const output = { path: process.cwd() + '/' + out, filename: 'app.js', hashFunction: 'sha256' }
    webpack({ mode: 'production', target: 'web', context: process.cwd(), entry, output }, (error, stats) => {
      if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString())
    })`,
  vite: `
    const { build, createLogger } = await tool('${from('packaging', 'vite/dist/node/index.js')}')
    const customLogger = Object.assign(createLogger('warn'), { warn(text) { throw new Error(text) } })
    const rolldownOptions = { input: entry, output: { format: 'iife', entryFileNames: 'app.js' } }
    await build({ customLogger, configFile: false, build: { outDir: out, target: 'es2015', modulePreload: false, rolldownOptions } })`,
  rollup: `
    const [{ rollup }, { nodeResolve }] = await Promise.all([tool('${inRoot('node_modules/rollup/dist/rollup.js')}'), tool('${inRoot('node_modules/@rollup/plugin-node-resolve/dist/cjs/index.js')}')])
    const built = await rollup({ input: entry, plugins: [nodeResolve()], onwarn(warning) { throw new Error(warning.message) } })
    await built.write({ file: out + '/app.js', format: 'iife' })`,
}

test.each(Object.entries(builders))(
  '%s builds an app that runs, and leaves out what the app does not use',
  (_, builder) => {
    for (const out of ['whole', 'idle']) rmSync(join(folder, out), { recursive: true, force: true })
    write('whole.js', app)
    write(
      'idle.js',
      `import EC, { logger } from 'miniprogram-im'; import NIM from 'miniprogram-im/nim'; console.log(1)`,
    )
    // Both in one process, since the tools take longer to load than to build.
    withTools(`for (const out of ['whole', 'idle']) {\nconst entry = process.cwd() + '/' + out + '.js'\n${builder}\n}`)
    expect(run('whole/app.js')).toBe(works)
    expect(readFileSync(join(folder, 'idle/app.js'), 'utf8').length).toBeLessThan(1_000)
  },
)

test.each([
  ['node10', 'commonjs', 'ts'],
  ['node16', 'node16', 'mts'],
  ['node16', 'node16', 'cts'],
  ['bundler', 'esnext', 'ts'],
])(
  'the types resolve under moduleResolution %s (module %s, .%s), and are checked',
  (moduleResolution, module, ending) => {
    write(
      `typed.${ending}`,
      `import EC, { Connection, type ConnectionOptions } from 'miniprogram-im'
    import NIM from 'miniprogram-im/nim'
    import { RongIMClient } from 'miniprogram-im/rongcloud'
    const options: ConnectionOptions = { appKey: 'a#b', url: 'wss://a/mqtt' }
    export const connection: Connection = new EC.connection(options)
    export const doors = [NIM.getInstance, RongIMClient.connect] as const
    // @ts-expect-error -- proves that these are types, not any
    connection.opne()
    // @ts-expect-error -- also in the doors
    import { Nothing } from 'miniprogram-im/nim'`,
    )
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2015',
      lib: ['es2015'],
      types: [],
      esModuleInterop: true,
      moduleResolution,
      module,
    }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: [`typed.${ending}`] }))
    const { stdout } = spawnSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  },
)

test("WeChat's own 'build npm' takes the package without a warning, and the copy runs on the poorest phone", () => {
  mkdirSync(join(folder, 'miniprogram'))
  const packed = withTools(`
    const { packNpmManually } = await tool('${from('wechat', 'miniprogram-ci/dist/index.js')}')
    const result = await packNpmManually({ packageJsonPath: './package.json', miniprogramNpmDistDir: './miniprogram' })
    console.log('result ' + JSON.stringify(result))`)
  expect(JSON.parse(/^result (.*)$/m.exec(packed)?.[1] ?? 'null')).toEqual({
    miniProgramPackNum: 1,
    otherNpmPackNum: 0,
    warnList: [],
  })

  const copied = join(folder, 'miniprogram/miniprogram_npm/miniprogram-im')
  const files = Object.fromEntries(readdirSync(copied).map((name) => [name, readFileSync(join(copied, name), 'utf8')]))
  expect(Object.keys(files).sort()).toEqual(Object.keys(entrances))
  for (const [name, door] of Object.entries(entrances))
    expect(Object.keys(loadInBareRuntime(files, name))).toContain(door)
})
