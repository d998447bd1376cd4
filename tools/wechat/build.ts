// A mini-program with the packed SDK, as its developer gets it: "构建 npm" for every package of the app, then the upload's compiler.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { from } from '../../dependencies/install'
import { inRoot, manifest } from '../project'

const run = (cwd: string, program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'pipe'] })

interface ProjectConfig {
  readonly setting: {
    readonly packNpmRelationList: readonly {
      readonly packageJsonPath: string
      readonly miniprogramNpmDistDir: string
    }[]
  }
}

/** What the compiler is asked for; whatever else the project says stays. */
export interface Setting {
  /** 将 JS 编译成 ES5. */
  readonly es6: boolean
  readonly enhance: boolean
}

/**
 * Copies the project into `folder`, installs the SDK as it was built last, and compiles; where the files of the upload are.
 * Nothing is uploaded, and no network is asked.
 */
export function buildMiniProgram(project: string, folder: string, setting?: Setting): string {
  const [app, out] = [join(folder, 'app'), join(folder, 'out')]
  rmSync(out, { recursive: true, force: true })
  cpSync(project, app, { recursive: true })
  const { name } = manifest
  const packed = run(inRoot(), 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder)
  const installed = join(app, 'node_modules', name)
  mkdirSync(installed, { recursive: true })
  run(folder, 'tar', '-xzf', packed.trim().split('\n').at(-1)!, '-C', installed, '--strip-components=1')
  const own = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as object
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...own, dependencies: { [name]: manifest.version } }))

  const config = JSON.parse(readFileSync(join(app, 'project.config.json'), 'utf8')) as ProjectConfig
  if (setting)
    writeFileSync(
      join(app, 'project.config.json'),
      JSON.stringify({ ...config, setting: { ...config.setting, ...setting } }),
    )
  const pack = `(async () => {
    const { packNpmManually } = require(${JSON.stringify(from('wechat', 'miniprogram-ci'))})
    for (const place of ${JSON.stringify(config.setting.packNpmRelationList)}) {
      const { warnList } = await packNpmManually(place)
      if (warnList.length > 0) throw new Error(JSON.stringify(warnList))
    }
    process.exit()
  })()`
  run(app, process.execPath, '-e', pack)
  run(inRoot(), process.execPath, '--import', 'tsx', inRoot('tools/wechat/compile.ts'), app, out)
  return out
}
