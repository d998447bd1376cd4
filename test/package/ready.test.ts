// The first minutes with a clone: a command before `npm ci` says one sentence, and nobody has to know when to build.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, inTemporaryFolder, manifest } from '../../tools/project'

const packages = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } })

/** A project with the same start, whose build writes one file of its one source and counts itself. */
const inProject = (use: (project: ReturnType<typeof projectIn>) => void) =>
  inTemporaryFolder((folder) => use(projectIn(folder)))

const projectIn = (folder: string) => {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  mkdirSync(join(folder, 'tools'))
  copyFileSync(inRoot('tools/ready.cjs'), join(folder, 'tools/ready.cjs'))
  write('package-lock.json', packages('1.0.0'))
  write('src/index.ts', 'one')
  write('report/build.mjs', '')
  write(
    'node_modules/rollup/dist/bin/rollup',
    `const fs = require('node:fs')
    fs.mkdirSync('dist', { recursive: true })
    fs.copyFileSync('src/index.ts', 'dist/index.js')
    fs.appendFileSync('builds', '.')`,
  )
  return {
    write,
    remove: (name: string) => rmSync(join(folder, name), { recursive: true }),
    ready: (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/ready.cjs', ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
      return { status, said: stdout + stderr }
    },
    builds: () => readFileSync(join(folder, 'builds'), 'utf8').length,
  }
}

test('every command asks first whether it can run', () => {
  const unready = Object.entries(manifest.scripts).filter(
    ([, script]) => !/^(node tools\/ready\.cjs( --build|$| --built &&| &&)|npm run )/.test(script),
  )
  expect(unready).toEqual([])
})

test('before npm ci, and after a change of the lock file, a command says so in one sentence', () =>
  inProject(({ ready, write }) => {
    expect(ready()).toEqual({ status: 1, said: 'The packages are not installed yet: run `npm ci` first.\n' })
    write('node_modules/.package-lock.json', packages('0.9.0'))
    expect(ready('--built')).toEqual({
      status: 1,
      said: 'The packages have changed since they were installed: run `npm ci` first.\n',
    })
    write('node_modules/.package-lock.json', packages('1.0.0'))
    expect(ready()).toEqual({ status: 0, said: '' })
  }))

test('it is built when something is new, changed or gone, and not again', () =>
  inProject(({ ready, write, remove, builds }) => {
    write('node_modules/.package-lock.json', packages('1.0.0'))
    const built = () => {
      expect(ready('--built').status).toBe(0)
      return builds()
    }
    expect([built(), built()]).toEqual([1, 1])
    write('src/index.ts', 'two')
    expect([built(), built()]).toEqual([2, 2])
    write('dist/index.js', 'spoilt')
    expect([built(), built()]).toEqual([3, 3])
    remove('dist')
    expect([built(), built()]).toEqual([4, 4])
    expect([ready('--build').status, builds()]).toEqual([0, 5])
  }))
