// The packages that only one command needs: each folder here has its own lock file and is installed when somebody asks for it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** As often as this a second process looks whether the first one is done. */
const LOOK_EVERY = 200

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Runs `work` while no other process does: test files ask side by side. */
const alone = (lock: string, work: () => void): void => {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
      if (holder > 0 && !alive(holder)) rmSync(lock, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY)
    }
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/**
 * The `node_modules` of a folder with a lock file, installed exactly as that says where it was not done yet.
 * Install scripts do not run: a package that needs one does not work from here.
 */
export const installedIn = (folder: string): string => {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const modules = join(folder, 'node_modules')
  const mark = join(modules, '.installed-lock.json') // written last: a broken-off install is done again
  const done = () => existsSync(mark) && readFileSync(mark, 'utf8') === lock
  if (done()) return modules
  alone(join(folder, '.installing'), () => {
    if (done()) return
    process.stderr.write(`installing ${relative(join(__dirname, '..'), folder)} ...\n`)
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    writeFileSync(mark, lock)
  })
  return modules
}

/** The `node_modules` of `dependencies/NAME`. */
export const installed = (name: string): string => installedIn(join(__dirname, name))

/** A file of a package of `dependencies/NAME`, as `from('packaging', 'webpack/lib/index.js')`. */
export const from = (name: string, file: string): string => join(installed(name), file)

// Not `require.main`: where WeChat's typings are loaded, `require` is theirs and has none.
const [, program] = process.argv
if (program !== undefined && existsSync(program) && realpathSync(program) === __filename)
  for (const name of process.argv.slice(2)) installed(name)
