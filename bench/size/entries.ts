// What each entry weighs on its way into a mini-program: as it ships, packed by the three packers, and out of WeChat's own compiler.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { inRoot } from '../../tools/project'
import { buildMiniProgram } from '../../tools/wechat/build'

export interface Entry {
  readonly name: string
  readonly minified: number
  readonly gzip: number
  /** zstd -19; undefined where this machine has no zstd. */
  readonly zstd?: number
  /** Minified, with 将 JS 编译成 ES5 on and off; undefined for what the app in two packages does not use. */
  readonly es5?: number
  readonly es6?: number
}

const NAMES = ['connection', 'messages', 'logins', 'log', 'index'] as const
/** Where the app in two packages has them, once it is built. */
const BUILT: Readonly<Record<string, string>> = {
  connection: 'miniprogram_npm/miniprogram-im/connection.js',
  messages: 'chat/miniprogram_npm/miniprogram-im/messages.js',
}

function zstd(code: Buffer): number | undefined {
  try {
    return execFileSync('zstd', ['-19', '-c'], { input: code, stdio: ['pipe', 'pipe', 'ignore'] }).length
  } catch {
    return undefined
  }
}

function compiled(es6: boolean): Record<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
  try {
    const out = buildMiniProgram(inRoot('examples/parts'), folder, { es6, enhance: es6 })
    return Object.fromEntries(Object.entries(BUILT).map(([name, file]) => [name, readFileSync(join(out, file)).length]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function entries(): Entry[] {
  const [es5, es6] = [compiled(true), compiled(false)]
  return NAMES.map((name) => {
    const code = readFileSync(inRoot('miniprogram_dist', `${name}.js`))
    const packed = zstd(code)
    return {
      name: name === 'index' ? 'everything' : name,
      minified: code.length,
      gzip: gzipSync(code, { level: 9 }).length,
      ...(packed !== undefined && { zstd: packed }),
      ...(name in BUILT && { es5: es5[name]!, es6: es6[name]! }),
    }
  })
}
