// Loads a bundle as a mini-program would: what a phone lacks is out of sight, what the package cannot load without is added.
import { readFileSync } from 'node:fs'
import type { Subject } from '../peers'

/** Names that exist in Node and not in a mini-program. */
const ABSENT = [
  'require',
  'process',
  'Buffer',
  'global',

  'window',
  'document',
  'WebSocket',
  'fetch',
  'TextEncoder',
  'TextDecoder',
  'AbortController',
  'queueMicrotask',
  'setImmediate',
  'URL',
  'Blob',
  'self',
  'navigator',
]

export const shims = (names: Subject['shims'] = []): Record<string, unknown> => ({
  ...(names.includes('self') && { self: { AbortController, AbortSignal } }),
  ...(names.includes('window') && { window: {} }),
  ...(names.includes('navigator') && { navigator: { product: 'ReactNative' } }),
})

/** The exports of the file. Same realm as the caller: buffers of `wx` are ArrayBuffers to it, as on a phone. */
export const load = (file: string, wx: unknown, names: Subject['shims'] = []): unknown => {
  const module = { exports: {} as unknown }
  const given: Record<string, unknown> = {
    ...Object.fromEntries(ABSENT.map((name) => [name, undefined])),
    ...shims(names),
    wx,
    module,
    exports: module.exports,
  }
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- it is what a mini-program's loader does
  new Function(...Object.keys(given), readFileSync(file, 'utf8'))(...Object.values(given))
  return module.exports
}
