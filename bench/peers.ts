// Whom we compare with: the file of each package that a mini-program would ship, and what it needs to load at all.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { installed } from '../dependencies/install'

export const ROOT = join(__dirname, '..')
/** Where the peers are once `installPeers` is through. */
const PEERS = join(ROOT, 'dependencies/peers/node_modules')

export interface Subject {
  readonly name: string
  /** What the bundler starts from. */
  readonly entry: string
  /** Globals that a mini-program lacks and this package cannot load without. */
  readonly shims?: readonly ('self' | 'window' | 'navigator')[]
}

export const OURS: Subject = {
  name: 'miniprogram-im',
  entry: join(ROOT, 'miniprogram_dist/index.js'),
}

/** The part that a main package carries. */
export const CONNECTION: Subject = {
  name: 'miniprogram-im/connection',
  entry: join(ROOT, 'miniprogram_dist/connection.js'),
}

const peer = (name: string, file: string, shims: Subject['shims'] = []): Subject => ({
  name,
  entry: join(PEERS, file),
  shims,
})

export const PEER = {
  easemob: peer('easemob-websdk', 'easemob-websdk/miniProgram/Easemob-chat.js'),
  nim: peer('nim-web-sdk-ng', 'nim-web-sdk-ng/dist/v2/NIM_MINIAPP_SDK.js'),
  rongcloud: peer('@rongcloud engine + imlib-next', '../../../bench/rongcloud.mjs'),
  tencent: peer('@tencentcloud/chat', '@tencentcloud/chat/index.js'),
  leancloud: peer('leancloud-realtime', 'leancloud-realtime/dist/realtime.weapp.js'),
  goeasy: peer('goeasy', 'goeasy/goeasy.esm.min.js'),
  mqtt: peer('mqtt (MQTT.js)', 'mqtt/dist/mqtt.esm.js', ['self', 'navigator']),
  centrifuge: peer('centrifuge', 'centrifuge/build/index.js'),
  socketio: peer('socket.io-client', 'socket.io-client/dist/socket.io.min.js'),
} as const

export const installPeers = (): void => void installed('peers')

export const versionOf = (name: string): string => {
  const file = join(PEERS, name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

const bundled = new Set<string>()
const weight = (code: Uint8Array): number => gzipSync(code, { level: 9 }).length

/**
 * One CommonJS file with everything in, as a mini-program would carry it. Minified, it is the package's own file where that is
 * one minified CommonJS file already, and smaller after gzip than what the bundler makes of it. Built once.
 */
export const bundle = (subject: Subject, minify: boolean): string => {
  const folder = join(ROOT, 'artifacts/bench/bundles')
  mkdirSync(folder, { recursive: true })
  const out = join(folder, `${subject.name.replace(/[^a-z0-9]+/gi, '-')}${minify ? '.min' : ''}.js`)
  if (bundled.has(out)) return out
  const built = buildSync({
    entryPoints: [subject.entry],
    bundle: true,
    minify,
    write: false,
    metafile: true,
    format: 'cjs',
    target: 'es2018',
    platform: 'browser',
    nodePaths: [PEERS], // for bench/rongcloud.mjs
    external: ['path'], // RongCloud's protobuf asks for it in Node only
    logLevel: 'silent',
    legalComments: 'none',
  })
  const [file] = built.outputFiles
  if (!file) throw new Error(`nothing was built of ${subject.name}`)
  const inputs = Object.values(built.metafile.inputs)
  const alone = minify && inputs.length === 1 && inputs[0]?.format === 'cjs'
  const own = alone ? readFileSync(subject.entry) : file.contents
  writeFileSync(out, weight(own) < weight(file.contents) ? own : file.contents)
  bundled.add(out)
  return out
}
