// What a user does to get the SDK into a mini-program: the packed tarball is installed and WeChat's own tool builds it.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import * as ci from 'miniprogram-ci'
import { miniprogramRoot } from './miniprogram-root'

const run = promisify(execFile)

const root = path.join(__dirname, '..')
const demo = path.join(root, 'miniprogram-demo')
const tarball = 'miniprogram-im.tgz'

/** Packs the SDK as it was built last, installs the tarball, and does "构建 npm". Returns what the official tool said. */
async function buildNpm(): Promise<{ packages: number; warnings: readonly string[] }> {
  if (!fs.existsSync(path.join(root, 'miniprogram_dist/index.js')))
    throw new Error('the SDK is not built: npm run build')
  const packed = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', demo], { cwd: root })
  fs.renameSync(path.join(demo, packed.stdout.trim().split('\n').at(-1) ?? ''), path.join(demo, tarball))
  fs.rmSync(path.join(demo, 'node_modules'), { recursive: true, force: true })
  await run('npm', ['install', '--offline', '--no-package-lock', '--ignore-scripts'], { cwd: demo })
  fs.rmSync(path.join(miniprogramRoot, 'miniprogram_npm'), { recursive: true, force: true })
  const { miniProgramPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: path.join(demo, 'package.json'),
    miniprogramNpmDistDir: miniprogramRoot,
  })
  return { packages: miniProgramPackNum, warnings: warnList.map(({ msg }) => msg) }
}

async function main(): Promise<void> {
  const { packages, warnings } = await buildNpm()
  if (packages !== 1 || warnings.length) throw new Error(`构建 npm: ${packages} package(s), ${warnings.join('; ')}`)
  console.log('miniprogram_npm is built from the packed SDK')
}

if (require.main === module)
  main().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
