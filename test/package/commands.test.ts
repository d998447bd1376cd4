// The commands of package.json: what each does, one sentence before `npm ci`, and nobody has to know when to build.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inRoot, inTemporaryFolder, manifest, read } from '../../tools/project'

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
  copyFileSync(inRoot('tools/run.cjs'), join(folder, 'tools/run.cjs'))
  copyFileSync(inRoot('tools/commands.json'), join(folder, 'tools/commands.json'))
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
    /** As npm does it for a script of this name. */
    run: (args: readonly string[], name = 'start') => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/run.cjs', ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, npm_lifecycle_event: name },
      })
      return { status, said: stdout + stderr }
    },
    builds: () => readFileSync(join(folder, 'builds'), 'utf8').length,
  }
}

const installed = (project: ReturnType<typeof projectIn>) =>
  project.write('node_modules/.package-lock.json', packages('1.0.0'))
const says = (words: string) => ['node', '-e', `console.log(${JSON.stringify(words)}, ...process.argv.slice(1))`]

test('every command has a line that --help answers with, and runs through tools/run.cjs', () => {
  const lines = JSON.parse(read('tools/commands.json')) as Record<string, string>
  expect(Object.keys(lines).sort()).toEqual(Object.keys(manifest.scripts).sort())
  const others = Object.entries(manifest.scripts).filter(([, script]) => !/^node tools\/run\.cjs .*--$/.test(script))
  expect(others).toEqual([])
})

test('--help answers before anything is installed, built or run', () =>
  inProject(({ run }) => {
    const { status, said } = run(['--built', ...says('ran'), '--', '--help'], 'test:servers')
    expect({ status, said }).toEqual({
      status: 0,
      said: expect.stringMatching(/^npm run test:servers: the tests against ejabberd .*\n$/) as string,
    })
  }))

test('before npm ci, and after a change of the lock file, a command says so in one sentence', () =>
  inProject((project) => {
    const { run, write } = project
    expect(run([...says('ran'), '--'])).toEqual({
      status: 1,
      said: 'The packages are not installed yet: run `npm ci` first.\n',
    })
    write('node_modules/.package-lock.json', packages('0.9.0'))
    expect(run(['--built', ...says('ran'), '--'])).toEqual({
      status: 1,
      said: 'The packages have changed since they were installed: run `npm ci` first.\n',
    })
    installed(project)
    expect(run([...says('ran'), '--'])).toEqual({ status: 0, said: 'ran\n' })
  }))

test('steps run in order, the last one gets what the user adds, and a failed one ends it', () =>
  inProject((project) => {
    installed(project)
    expect(project.run([...says('one'), ',', ...says('two'), '--', 'added', '--flag'])).toEqual({
      status: 0,
      said: 'one\ntwo added --flag\n',
    })
    expect(project.run(['node', '-e', 'process.exit(3)', ',', ...says('two'), '--'])).toEqual({ status: 3, said: '' })
  }))

test('programs of one step run side by side, and one that fails ends it when all are done', () =>
  inProject((project) => {
    installed(project)
    // Neither ends before the other has begun.
    const meet = (mine: string, other: string) => [
      'node',
      '-e',
      `const fs = require('fs'); fs.writeFileSync('${mine}', ''); while (!fs.existsSync('${other}'));`,
    ]
    expect(project.run([...meet('a', 'b'), '+', ...meet('b', 'a'), ',', ...says('met'), '--'])).toEqual({
      status: 0,
      said: 'met\n',
    })
    const fails = ['node', '-e', 'process.exit(3)']
    expect(project.run([...fails, '+', ...says('one'), ',', ...says('two'), '--'])).toEqual({
      status: 3,
      said: 'one\n',
    })
  }))

test('it is built when something is new, changed or gone, and not again', () =>
  inProject((project) => {
    const { run, write, remove, builds } = project
    installed(project)
    const built = () => {
      expect(run(['--built', '--']).status).toBe(0)
      return builds()
    }
    expect([built(), built()]).toEqual([1, 1])
    write('src/index.ts', 'two')
    expect([built(), built()]).toEqual([2, 2])
    write('dist/index.js', 'spoilt')
    expect([built(), built()]).toEqual([3, 3])
    remove('dist')
    expect([built(), built()]).toEqual([4, 4])
    expect([run(['--build', '--']).status, builds()]).toEqual([0, 5])
  }))
