// npm gets exactly the files that we mean to publish, and the checkers of packages have nothing to say about them.
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { from } from '../../dependencies/install'
import { inTemporaryFolder } from '../../tools/project'
import { installPackage, packedFiles } from './tarball'

const entries = ['index', 'connection', 'log', 'logins', 'messages', 'nim', 'rongcloud']

test('the package contains exactly these files', () => {
  expect(packedFiles()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'bin/miniprogram-im.js',
      'package.json',
      ...entries.map((name) => `miniprogram_dist/${name}.js`),
      'dist/node.js',
      ...[...entries.slice(1), 'node'].map((name) => `${name}/package.json`),
      ...[...entries, 'node'].flatMap((name) => ['mjs', 'd.ts', 'd.mts'].map((ending) => `dist/${name}.${ending}`)),
    ].sort(),
  )
})

function check(tool: string, ...args: string[]): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    encoding: 'utf8',
  })
  return { ok: status === 0, said: stdout + stderr }
}
const publintFile = from('packaging', 'publint/src/cli.js')
const typesFile = from('packaging', '@arethetypeswrong/cli/dist/index.js')
const publint = (folder: string) => check(publintFile, 'run', folder, '--strict', '--pack', 'false')
const typesOf = (tarball: string) => check(typesFile, tarball, '--no-emoji', '--format', 'ascii')

test('publint and arethetypeswrong find nothing; and both would', () =>
  inTemporaryFolder((folder) => {
    const { tarball, installed } = installPackage(folder)
    expect(publint(installed)).toMatchObject({ ok: true, said: expect.stringContaining('All good!') as string })
    expect(typesOf(tarball)).toMatchObject({ ok: true, said: expect.stringContaining('No problems found') as string })

    const broken = join(folder, 'broken')
    cpSync(installed, broken, { recursive: true })
    const manifest = join(broken, 'package.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll('.d.mts', '.d.ts'))
    rmSync(join(broken, 'dist/nim.mjs'))
    expect(publint(broken)).toMatchObject({ ok: false, said: expect.stringContaining('dist/nim.mjs') as string })
    const packed = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', broken], {
      cwd: broken,
      encoding: 'utf8',
    })
    const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }]
    expect(typesOf(join(broken, filename))).toMatchObject({
      ok: false,
      said: expect.stringContaining('Masquerading as CJS') as string,
    })
  }))
