// wx storage: small values that outlive the process.
// Models wechat-runtime.md section 7: 1 MB for one key, 10 MB in all; reading what is not there gives '' (sync) or fails.
// Values are kept as JSON: what JSON loses, the phone loses too.
import { answer, type Callbacks, type Failure, failed, type Outcome } from './call'
import type { Disk } from './disk'
import type { JsThread } from './js-thread'
import type { Quirks } from './quirks'
import { decodeUtf8, encodeUtf8 } from './text'

const FOLDER = 'storage'
const KEY_LIMIT = 1024 * 1024
const TOTAL_LIMIT = 10 * 1024 * 1024

const place = (key: string) => `${FOLDER}/${encodeURIComponent(key)}`

export function createStorageApi(js: JsThread, disk: Disk, quirks: Quirks) {
  if (!disk.stat(FOLDER)) disk.mkdir(FOLDER)

  const total = () => disk.list(FOLDER).reduce((sum, name) => sum + (disk.stat(`${FOLDER}/${name}`)?.size ?? 0), 0)
  const info = () => ({
    keys: disk.list(FOLDER).map(decodeURIComponent),
    currentSize: Math.ceil(total() / 1024),
    limitSize: TOTAL_LIMIT / 1024,
  })

  function get(key: string): { data: unknown } | undefined {
    if (!disk.stat(place(key))) return undefined
    return { data: JSON.parse(decodeUtf8(disk.read(place(key)))) as unknown }
  }
  function set(api: string, key: string, data: unknown): Outcome<object> {
    const bytes = encodeUtf8(data === undefined ? 'null' : JSON.stringify(data))
    const old = disk.stat(place(key))?.size ?? 0
    if (quirks.storageBroken) return { failure: failed(api, 'system error') }
    if (bytes.length > KEY_LIMIT) return { failure: failed(api, 'entry size limit reached') }
    if (total() - old + bytes.length > TOTAL_LIMIT) return { failure: failed(api, 'exceed storage max size 10Mb') }
    disk.write(place(key), bytes)
    return { ok: {} }
  }
  function remove(key: string): void {
    if (disk.stat(place(key))) disk.remove(place(key))
  }
  function clear(): void {
    for (const name of disk.list(FOLDER)) disk.remove(`${FOLDER}/${name}`)
  }
  function orThrow(outcome: Outcome<object>): void {
    if ('failure' in outcome) throw js.realm.error(outcome.failure.errMsg, {})
  }
  const missing: Failure = { errMsg: 'getStorage:fail data not found' }
  const done = (run: () => void): Outcome<object> => {
    run()
    return { ok: {} }
  }

  return {
    // '' for what is not there, as the phone has it; the type is the app's own belief
    getStorageSync: (key: string): unknown => get(key)?.data ?? '',
    setStorageSync: (key: string, data: unknown) => orThrow(set('setStorageSync', key, data)),
    removeStorageSync: remove,
    clearStorageSync: clear,
    getStorageInfoSync: info,
    getStorage({ key, ...callbacks }: { key: string } & Callbacks<{ data: unknown }>) {
      return answer(js, 'getStorage', callbacks, () => {
        const found = get(key)
        return found ? { ok: found } : { failure: missing }
      })
    },
    setStorage: ({ key, data, ...callbacks }: { key: string; data: unknown } & Callbacks<object>) =>
      answer(js, 'setStorage', callbacks, () => set('setStorage', key, data)),
    removeStorage: ({ key, ...callbacks }: { key: string } & Callbacks<object>) =>
      answer(js, 'removeStorage', callbacks, () => done(() => remove(key))),
    clearStorage: (callbacks?: Callbacks<object>) => answer(js, 'clearStorage', callbacks, () => done(clear)),
    getStorageInfo: (callbacks?: Callbacks<ReturnType<typeof info>>) =>
      answer(js, 'getStorageInfo', callbacks, () => ({ ok: info() })),
  }
}
