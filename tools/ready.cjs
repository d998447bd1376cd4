// Before every command of package.json: are the packages there, and (with --built) is the SDK built of what the sources say now?
// Plain Node, since it runs before anything is installed.
const { execFileSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const inRoot = (...parts) => path.join(root, ...parts)
const json = (file) => JSON.parse(fs.readFileSync(inRoot(file), 'utf8'))

/** What is wrong with `node_modules`, or nothing. */
function withPackages() {
  if (!fs.existsSync(inRoot('node_modules/.package-lock.json'))) return 'The packages are not installed yet'
  const installed = json('node_modules/.package-lock.json').packages
  const stale = Object.entries(json('package-lock.json').packages).some(
    ([name, { version, optional }]) => name !== '' && !optional && installed[name]?.version !== version,
  )
  return stale ? 'The packages have changed since they were installed' : undefined
}

/** What a build is made of. */
const SOURCES = ['src', 'report', 'rollup.config.js', 'package.json', 'package-lock.json']
/** Says of which sources the built files were made, and which files those are. */
const STAMP = 'artifacts/build.json'
const BUILT = ['miniprogram_dist', 'dist', 'bin']

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

function build() {
  const started = Date.now()
  const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  const sources = digest(SOURCES)
  node('node_modules/rollup/dist/bin/rollup', '-c', '--silent')
  node('report/build.mjs')
  fs.mkdirSync(inRoot('artifacts'), { recursive: true })
  fs.writeFileSync(inRoot(STAMP), JSON.stringify({ sources, built: digest(BUILT) }))
  return Date.now() - started
}

const [order] = process.argv.slice(2)
const problem = withPackages()
if (problem) {
  console.error(`${problem}: run \`npm ci\` first.`)
  process.exitCode = 1
} else if (order === '--build') build()
else if (order === '--built' && !isBuilt()) {
  process.stderr.write('building the SDK ... ')
  process.stderr.write(`${(build() / 1000).toFixed(1)} s\n`)
}
