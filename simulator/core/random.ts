// wx.getRandomValues: asynchronous, at most 1 MiB, not for plugins (wechat-runtime.md section 5.2), and the base64 pair.
import { answer, type Callbacks, failed } from './call'
import type { JsThread } from './js-thread'
import { exact, fromBase64, toBase64 } from './text'

export function createRandomApi(js: JsThread, random: () => number) {
  return {
    getRandomValues({ length, ...callbacks }: { length: number } & Callbacks<{ randomValues: ArrayBuffer }>) {
      return answer(js, 'getRandomValues', callbacks, () => {
        if (!(length >= 0 && length <= 1024 * 1024)) return { failure: failed('getRandomValues', 'invalid length') }
        const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256))
        return { ok: { randomValues: js.realm.buffer(exact(bytes)) } }
      })
    },
    arrayBufferToBase64: (data: ArrayBuffer) => toBase64(new Uint8Array(data)),
    base64ToArrayBuffer: (text: string) => js.realm.buffer(exact(fromBase64(text))),
  }
}
