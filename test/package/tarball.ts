// The package as npm would publish it, and the package as an app has it after installing.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifest, root } from '../../tools/project'

const npm = (folder: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--json', '--ignore-scripts', '--offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** What is in the package, without making it. */
export const packedFiles = () =>
  (JSON.parse(npm(root, 'pack', '--dry-run')) as [Packed])[0].files.map(({ path }) => path).sort()

/** Packs what is built into `folder` and installs it there, in an app without any other dependency. */
export function installPackage(folder: string): { tarball: string; installed: string } {
  const [{ filename }] = JSON.parse(npm(root, 'pack', '--pack-destination', folder)) as [Packed]
  const tarball = join(folder, filename)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'app', private: true, dependencies: { [manifest.name]: `file:${filename}` } }),
  )
  npm(folder, 'install')
  return { tarball, installed: join(folder, 'node_modules', manifest.name) }
}
