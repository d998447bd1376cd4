// The build refuses what would cost every app bytes, or fail in one.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, inTemporaryFolder, read } from '../../tools/project'

/** Builds a project of these sources with our configuration. */
const build = (sources: Record<string, string>) =>
  inTemporaryFolder((folder) => {
    for (const name of ['rollup.config.js', 'package.json', 'tsconfig.json']) cpSync(inRoot(name), join(folder, name))
    symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'))
    for (const [name, content] of Object.entries({ ...doors, ...node, ...sources })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    const { status, stderr } = spawnSync(process.execPath, ['node_modules/rollup/dist/bin/rollup', '-c', '--silent'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return { built: status === 0 && existsSync(join(folder, 'miniprogram_dist/index.js')), said: stderr }
  })

const door = `import EC from '../index'\nexport default EC`
const doors = Object.fromEntries(
  'connection log logins messages nim rongcloud'
    .split(' ')
    .map((name) => [`src/doors/${name}.ts`, /nim|rong/.test(name) ? door : 'export const part = 1']),
)
const node = { 'src/node/door.ts': 'export const bot = 1' }
const index = `import { EventEmitter } from 'eventemitter3'\nimport log from 'loglevel'\nexport default { EventEmitter, log }`

test('a sound project is built', async () => {
  expect(await build({ 'src/index.ts': index })).toEqual({ built: true, said: '' })
})

test.each([
  ['async needs a helper', { 'src/index.ts': `${index}\nexport const f = async () => { await 1 }` }, /needs the helper .*__async/],
  ['object rest needs a helper', { 'src/index.ts': `${index}\nexport const f = ({ a, ...b }: { a: 1 }) => b` }, /needs the helper .*__objRest/],
  ['a package is not there', { 'src/index.ts': `${index}\nexport * from 'nowhere'` }, /nowhere/],
  ['modules import in a circle', { 'src/index.ts': `${index}\nexport * from './a'`, 'src/a.ts': `import EC from './index'\nexport const a = () => EC` }, /Circular dependency/],
  ['a door reaches behind the public one', { 'src/index.ts': `${index}\nexport * from './a'`, 'src/a.ts': 'export const a = Math.random(), b = 1', 'src/doors/nim.ts': `export { b as default } from '../a'` }, /a door may import only .*\.\.\/index/],
])('it is refused when %s', async (_, sources, reason) => {
  const { built, said } = await build(sources)
  expect(said).toMatch(reason)
  expect(built).toBe(false)
}) // prettier-ignore

test('the shipped file says what is in it and under which licence', () => {
  expect(read('miniprogram_dist/index.js')).toMatch(
    /^\/\*! miniprogram-im [\d.]+, eventemitter3 [\d.]+, loglevel [\d.]+: MIT \*\//,
  )
})
