// Every command of package.json runs through here: `node tools/run.cjs [--built] STEP , STEP -- what the user adds`, one STEP after
// the other; `A + B` is one step, whose programs run side by side.
// It answers --help at once, says one sentence where the packages are missing, and builds what changed before a step needs it.
// Plain Node, since it runs before anything is installed.
const { spawn } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const inRoot = (...parts) => path.join(root, ...parts)
const json = (file) => JSON.parse(fs.readFileSync(inRoot(file), 'utf8'))

/** What is wrong with `node_modules`, or nothing. */
function missingPackages() {
  if (!fs.existsSync(inRoot('node_modules/.package-lock.json'))) return 'The packages are not installed yet'
  const installed = json('node_modules/.package-lock.json').packages
  const stale = Object.entries(json('package-lock.json').packages).some(
    ([name, { version, optional }]) => name !== '' && !optional && installed[name]?.version !== version,
  )
  return stale ? 'The packages have changed since they were installed' : undefined
}

/** What a build is made of. */
const SOURCES = ['src', 'report', 'rollup.config.js', 'package.json', 'package-lock.json']
const BUILT = ['miniprogram_dist', 'dist', 'bin']
/** Says of which sources the built files were made, and which files those are. */
const STAMP = 'artifacts/build.json'

const filesIn = (name) =>
  fs.statSync(inRoot(name)).isFile()
    ? [name]
    : fs
        .readdirSync(inRoot(name), { recursive: true })
        .map((file) => path.join(name, file))
        .filter((file) => fs.statSync(inRoot(file)).isFile())
        .sort()

const digest = (names) => {
  const hash = createHash('sha256')
  for (const file of names.filter((name) => fs.existsSync(inRoot(name))).flatMap(filesIn))
    hash.update(`${file}\0`).update(fs.readFileSync(inRoot(file)))
  return hash.digest('hex')
}

const isBuilt = () => {
  if (!fs.existsSync(inRoot(STAMP))) return false
  const { sources, built } = json(STAMP)
  return sources === digest(SOURCES) && built === digest(BUILT)
}

/** Runs a program to its end; its exit code. What the terminal sends (Ctrl+C) it gets too, and it ends in its own way. */
const run = (program, args) =>
  new Promise((resolve, reject) => {
    const bin = inRoot('node_modules/.bin')
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
    })
    const forward = (signal) => void child.kill(signal)
    const wait = () => undefined
    process.on('SIGTERM', forward).on('SIGINT', wait)
    child.on('error', reject).on('exit', (code, signal) => {
      process.off('SIGTERM', forward).off('SIGINT', wait)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })

async function build() {
  const sources = digest(SOURCES)
  for (const args of [['node_modules/rollup/dist/bin/rollup', '-c', '--silent'], ['report/build.mjs']]) {
    const code = await run(process.execPath, args)
    if (code !== 0) return code
  }
  fs.mkdirSync(inRoot('artifacts'), { recursive: true })
  fs.writeFileSync(inRoot(STAMP), JSON.stringify({ sources, built: digest(BUILT) }))
  return 0
}

async function buildWhereNeeded() {
  if (isBuilt()) return 0
  const started = Date.now()
  process.stderr.write('building the SDK ... ')
  const code = await build()
  process.stderr.write(code === 0 ? `${((Date.now() - started) / 1000).toFixed(1)} s\n` : 'failed\n')
  return code
}

/** What stands between the separators. */
const split = (words, separator) =>
  words.reduce(
    (parts, word) => (word === separator ? [...parts, []] : [...parts.slice(0, -1), [...parts.at(-1), word]]),
    [[]],
  )

/** These print their options themselves, below what the table says. */
const OWN_HELP = ['server', 'bench']

async function main(all) {
  const end = all.includes('--') ? all.indexOf('--') : all.length
  const flag = ['--build', '--built'].find((one) => all[0] === one)
  const words = all.slice(flag ? 1 : 0, end)
  const added = all.slice(end + 1)
  const name = process.env.npm_lifecycle_event ?? ''
  const help = added.includes('--help') || added.includes('-h')
  const problem = missingPackages()

  if (help) {
    const what = json('tools/commands.json')[name]
    console.log(`npm ${name === 'test' || name === 'start' ? '' : 'run '}${name}: ${what ?? words.join(' ')}`)
    if (problem || !OWN_HELP.includes(name)) return 0
    console.log()
  } else if (problem) {
    console.error(`${problem}: run \`npm ci\` first.`)
    return 1
  } else {
    const code = flag === '--build' ? await build() : flag === '--built' ? await buildWhereNeeded() : 0
    if (code !== 0) return code
  }

  const steps = split(words, ',').map((step) => split(step, '+'))
  steps
    .at(-1)
    .at(-1)
    .push(...added)
  for (const step of steps) {
    const programs = step.filter(([program]) => program !== undefined)
    const codes = await Promise.all(programs.map(([program, ...args]) => run(program, args)))
    const failed = codes.find((code) => code !== 0)
    if (failed !== undefined) return failed
  }
  return 0
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    console.error(error.code === 'ENOENT' ? `there is no ${error.path}: run \`npm ci\` first.` : error)
    process.exitCode = 1
  },
)
