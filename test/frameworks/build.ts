// Builds an example as its developer does: pinned packages, our packed tarball, the framework's own command for WeChat.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { installedIn } from '../../dependencies/install'
import { inRoot } from '../../tools/project'

const run = (folder: string, program: string, ...args: string[]): string => {
  try {
    return execFileSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production', CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1e8,
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${program} ${args.join(' ')} in ${folder}:\n${stdout}${stderr}`, { cause: error })
  }
}

/** Puts the SDK, packed as npm would publish it, into `node_modules` of the example. */
function installPacked(example: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
  const packed = run(inRoot(), 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder)
  const installed = join(example, 'node_modules/miniprogram-im')
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  run(folder, 'tar', '-xzf', packed.trim().split('\n').at(-1)!, '-C', installed, '--strip-components=1')
  rmSync(folder, { recursive: true })
  return installed
}

export interface Framework {
  /** The folder in examples/. */
  readonly name: string
  /** What of `node_modules` checks the types with the example's tsconfig.json. */
  readonly types: string
  /** Where the framework leaves the mini-program. */
  readonly output: string
  build(example: string, sdk: string): void
}

const script =
  (file: string, ...args: string[]) =>
  (example: string) =>
    void run(example, process.execPath, join('node_modules', file), ...args)

export const frameworks: readonly Framework[] = [
  {
    name: 'uni-app',
    types: 'vue-tsc/bin/vue-tsc.js',
    output: 'dist/build/mp-weixin',
    build: script('@dcloudio/vite-plugin-uni/bin/uni.js', 'build', '-p', 'mp-weixin'),
  },
  {
    name: 'taro',
    types: 'typescript/bin/tsc',
    output: 'dist',
    build: script('@tarojs/cli/bin/taro', 'build', '--type', 'weapp'),
  },
  {
    name: 'native',
    types: 'typescript/bin/tsc',
    output: 'dist',
    // What DevTools does with its TypeScript plugin and "构建 npm".
    build(example, sdk) {
      cpSync(join(example, 'miniprogram'), join(example, 'dist'), { recursive: true })
      cpSync(join(sdk, 'miniprogram_dist'), join(example, 'dist/miniprogram_npm/miniprogram-im'), { recursive: true })
      run(example, process.execPath, 'node_modules/typescript/bin/tsc', '--outDir', 'dist')
    },
  },
]

/** What the mini-program weighs: all its files, and all its scripts after gzip. */
function weigh(folder: string): { bytes: number; gzip: number } {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && !/\.(ts|map)$/.test(file))
  return {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    gzip: files
      .filter((file) => file.endsWith('.js'))
      .reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0),
  }
}

export function buildExample({ name, types, output, build }: Framework) {
  const example = inRoot('examples', name)
  installedIn(example)
  const sdk = installPacked(example)
  rmSync(join(example, output), { recursive: true, force: true })
  build(example, sdk)
  const folder = join(example, output)
  return {
    folder,
    weight: weigh(folder),
    checkTypes: () => run(example, process.execPath, join('node_modules', types), '--noEmit'),
  }
}
