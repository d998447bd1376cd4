// How a file leaves the mini-program: shareFileMessage (phones, only inside a tap), saveFileToDisk (PC).
// Models wechat-runtime.md section 7. Tests read what left through `phone.shared`.
import { answer, type Callbacks, failed, type Outcome } from './call'
import type { JsThread } from './js-thread'
import type { Profile } from './quirks'

export interface SharedFile {
  readonly how: 'message' | 'disk'
  readonly path: string
  readonly fileName: string
  readonly bytes: Uint8Array
}

export interface ShareDeps {
  readonly js: JsThread
  readonly profile: Profile
  /** The app's current code runs because of a tap. */
  readonly tapping: () => boolean
  readonly readFile: (path: string) => Uint8Array | undefined
  readonly shared: SharedFile[]
}

interface ShareFileMessageOptions extends Callbacks<object> {
  filePath: string
  fileName?: string
}

export function createShareApi({ js, profile, tapping, readFile, shared }: ShareDeps) {
  function hand(api: string, how: SharedFile['how'], path: string, fileName: string | undefined): Outcome<object> {
    const bytes = readFile(path)
    if (!bytes) return { failure: failed(api, `no such file or directory ${path}`) }
    shared.push({ how, path, fileName: fileName ?? path.slice(path.lastIndexOf('/') + 1), bytes })
    return { ok: {} }
  }

  return {
    shareFileMessage({ filePath, fileName, ...callbacks }: ShareFileMessageOptions) {
      const api = 'shareFileMessage'
      return answer(js, api, callbacks, () => {
        if (profile === 'pc') return { failure: failed(api, 'jsapi not supported', { errno: 100 }) }
        if (!tapping()) return { failure: failed(api, 'can only be invoked by user TAP gesture.') }
        return hand(api, 'message', filePath, fileName)
      })
    },
    saveFileToDisk({ filePath, ...callbacks }: { filePath: string } & Callbacks<object>) {
      const api = 'saveFileToDisk'
      return answer(js, api, callbacks, () =>
        profile === 'pc'
          ? hand(api, 'disk', filePath, undefined)
          : { failure: failed(api, 'jsapi not supported', { errno: 100 }) },
      )
    },
  }
}
