// What can be said of the demo without running it: types, templates, handlers, the official npm build and compiler.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { from } from '../../dependencies/install'
import { miniprogramRoot } from '../../preview/miniprogram-root'
import { compileWithWcc, missingHandlers } from './wxml'

const root = path.join(__dirname, '../..')
/** What the program printed; its words are in the error when it failed. */
function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')}:\n${stdout}${stderr}`)
  return stdout
}

/** A copy of the demo with one line spoilt, for a check to find. */
function spoilt(file: string, from: string, to: string): string {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'spoilt-demo-'))
  fs.cpSync(miniprogramRoot, copy, { recursive: true })
  const target = path.join(copy, file)
  const text = fs.readFileSync(target, 'utf8')
  expect(text).toContain(from)
  fs.writeFileSync(target, text.replace(from, to))
  return copy
}

test('its TypeScript agrees with the types of the packed SDK and of WeChat', () => {
  node('node_modules/typescript/bin/tsc', '-p', 'miniprogram-demo')
})

describe('templates', () => {
  const login = 'pages/login/index.wxml'

  test("WeChat's own compiler takes every one of them, and would refuse a missing end", () => {
    expect(compileWithWcc(miniprogramRoot)).toContain('pages/login/index.wxml')
    expect(() => compileWithWcc(spoilt(login, '</button>', ''))).toThrow(/login/)
  })

  test('every handler that they name exists, and a missing one would be found', () => {
    expect(missingHandlers(miniprogramRoot)).toEqual([])
    expect(missingHandlers(spoilt(login, 'bindtap="submit"', 'bindtap="sumbit"'))).toEqual([`${login}: tap=sumbit`])
  })
})

/** Every file in a folder with its text. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    (fs.readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .sort()
      .map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  )

describe('the SDK inside the demo', () => {
  const shipped = path.join(root, 'miniprogram_dist')
  const installed = path.join(miniprogramRoot, 'miniprogram_npm/miniprogram-im')

  test('"npm run demo:npm" leaves what WeChat\'s own "构建 npm" makes of the packed tarball, without a warning', () => {
    const official = fs.mkdtempSync(path.join(os.tmpdir(), 'official-npm-'))
    const printed = node(
      '-e',
      `require(${JSON.stringify(from('wechat', 'miniprogram-ci'))})
        .packNpmManually({ packageJsonPath: 'miniprogram-demo/package.json', miniprogramNpmDistDir: ${JSON.stringify(official)} })
        .then((result) => console.log('\\n' + JSON.stringify(result)))`,
    )
    expect(JSON.parse(printed.trim().split('\n').at(-1)!)).toEqual({
      miniProgramPackNum: 1,
      otherNpmPackNum: 0,
      warnList: [],
    })
    const built = filesIn(path.join(official, 'miniprogram_npm'))
    expect(filesIn(path.join(miniprogramRoot, 'miniprogram_npm'))).toEqual(built)
    expect(filesIn(shipped)).toEqual(filesIn(installed))
    fs.rmSync(official, { recursive: true })
  })

  test('the demo reaches it by its name only', () => {
    const scripts = (fs.readdirSync(miniprogramRoot, { recursive: true }) as string[]).filter(
      (file) => file.endsWith('.ts') && !file.includes('miniprogram_npm'),
    )
    const foreign = scripts.flatMap((file) =>
      [...fs.readFileSync(path.join(miniprogramRoot, file), 'utf8').matchAll(/from '([^']+)'/g)]
        .map(([, from]) => from!)
        .filter(
          (from) =>
            from !== 'miniprogram-im' && !path.join(miniprogramRoot, file, '..', from).startsWith(miniprogramRoot),
        ),
    )
    expect(foreign).toEqual([])
  })
})

test("WeChat's own compiler turns the project, as DevTools would open it, into an upload", () => {
  const files = JSON.parse(node('--import', 'tsx', 'tools/wechat/compile.ts').split('\n').at(-1)!) as string[]
  expect(files).toEqual(
    expect.arrayContaining([
      'app.json',
      'pages/chat/index.js',
      'pages/chat/index.wxml',
      'miniprogram_npm/miniprogram-im/index.js',
    ]),
  )
})
