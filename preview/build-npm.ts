// What DevTools' "构建 npm" does for a package with a `miniprogram` folder: the packed tarball is installed, its folder copied.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { miniprogramRoot } from './miniprogram-root'

const root = path.join(__dirname, '..')
const demo = path.join(root, 'miniprogram-demo')
const tarball = 'miniprogram-im.tgz'

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** Packs the SDK as it was built last, and installs the tarball into the demo as a user does. */
function installPacked(): void {
  if (!fs.existsSync(path.join(root, 'miniprogram_dist/index.js')))
    throw new Error('the SDK is not built: npm run build')
  const packed = npm(root, 'pack', '--silent', '--ignore-scripts', '--pack-destination', demo)
  fs.renameSync(path.join(demo, packed.trim().split('\n').at(-1) ?? ''), path.join(demo, tarball))
  fs.rmSync(path.join(demo, 'node_modules'), { recursive: true, force: true })
  npm(demo, 'install', '--silent', '--offline', '--no-package-lock', '--ignore-scripts')
}

interface Manifest {
  readonly miniprogram?: string
  readonly dependencies?: Readonly<Record<string, string>>
}
const manifestIn = (folder: string): Manifest =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest

/** `miniprogram_npm` as DevTools fills it; a test compares the two. Packages without a `miniprogram` folder it refuses. */
function buildNpm(): void {
  const built = path.join(miniprogramRoot, 'miniprogram_npm')
  fs.rmSync(built, { recursive: true, force: true })
  for (const name of Object.keys(manifestIn(demo).dependencies ?? {})) {
    const installed = path.join(demo, 'node_modules', name)
    const { miniprogram } = manifestIn(installed)
    if (!miniprogram) throw new Error(`${name} has no "miniprogram" folder: only DevTools can build it`)
    fs.cpSync(path.join(installed, miniprogram), path.join(built, name), { recursive: true })
  }
}

installPacked()
buildNpm()
console.log('miniprogram_npm is built from the packed SDK')
