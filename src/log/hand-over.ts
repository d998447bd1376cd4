// How the log leaves the phone: as one text, as a file in the user's hands, or to the server with the user's consent.
import { ConnectionError } from '../errors/connection-error'
import type { Clock, Random } from '../ports/clock'
import type { Handover } from '../ports/device'
import type { FileFailure } from '../ports/files'
import type { LogPorts, UploadOptions, UploadResult } from './api'
import { uploadText, type UploadTarget } from './upload'
import { fromUtf8, toUtf8 } from './utf8'

const EXPORT = 'miniprogram-im/export'
const UPLOAD = 'miniprogram-im/upload'

export interface HandOver {
  readonly download: () => Promise<Handover>
  readonly upload: (options: UploadOptions) => Promise<UploadResult>
  readonly allowUpload: (target: UploadTarget) => () => void
}

/** `whole` gives the log with its header as UTF-8 (utf8.ts); `network` the type of the network now, as far as known. */
export const createHandOver = (
  platform: () => LogPorts,
  whole: () => Promise<string>,
  network: () => string,
  uploaded: (bytes: number) => void,
  clock: Clock,
  random: Random,
): HandOver => {
  let targets: readonly UploadTarget[] = []
  let running: Promise<UploadResult> | undefined
  // Writing takes longer than some phones remember the tap: the next call hands this file over at once, inside its own.
  let written: string | undefined

  /** `20260131-235959` in local time. */
  const stamp = () => {
    const now = clock.now()
    return new Date(now - new Date(now).getTimezoneOffset() * 60000)
      .toISOString()
      .slice(0, 19)
      .replace(/[-:]/g, '')
      .replace('T', '-')
  }

  const removeAll = (folder: string): Promise<unknown> => {
    const { files } = platform()
    return files
      .list(folder)
      .then((names) => Promise.all(names.map((name) => files.remove(`${folder}/${name}`))))
      .then(undefined, () => undefined)
  }

  const refusal = (target: UploadTarget, allowMetered?: boolean): ConnectionError | undefined => {
    if (!targets.some((other) => other === target)) return new ConnectionError('LogUploadDisabled')
    if (allowMetered || network() === 'wifi') return undefined
    return new ConnectionError('LogUploadMetered', network() || 'its type is not known')
  }

  const send = (target: UploadTarget, name: string, text: string, allowMetered?: boolean): Promise<UploadResult> =>
    uploadText(target, name, text, platform().http, clock, random, () => refusal(target, allowMetered)).then((id) => {
      uploaded(text.length)
      return removeAll(UPLOAD).then(() => ({ id, bytes: text.length }))
    })

  /** What an upload that the app did not survive was sending, if it is whole: its name ends in its size. */
  const unfinished = (): Promise<{ name: string; text: string } | undefined> => {
    const { files } = platform()
    return files
      .list(UPLOAD)
      .then(([name]) =>
        name === undefined
          ? undefined
          : files.read(`${UPLOAD}/${name}`).then((found) => {
              const text = toUtf8(found)
              return name.slice(0, -4).split('-').pop() === String(text.length) ? { name, text } : undefined
            }),
      )
      .then(undefined, () => undefined)
  }

  const sendNew = (target: UploadTarget, allowMetered?: boolean): Promise<UploadResult> =>
    whole().then((text) => {
      const name = `${stamp()}-${Math.floor(random() * 1e9).toString(36)}-${text.length}.txt`
      const kept = platform().files.write(`${UPLOAD}/${name}`, fromUtf8(text))
      // Without room for a copy the upload still works; it only cannot go on after the app is gone.
      return kept.then(undefined, () => undefined).then(() => send(target, name, text, allowMetered))
    })

  const give = (name: string): Promise<Handover> => {
    const { files, device } = platform()
    const path = files.pathOf(`${EXPORT}/${name}`)
    written = undefined
    return device.handOver(path, name).then(undefined, (errMsg: unknown): Handover => {
      if (!/tap|gesture/i.test(String(errMsg))) return { how: 'path', path }
      written = name
      throw new ConnectionError('TapRequired', path, errMsg)
    })
  }

  return {
    download() {
      if (written !== undefined) return give(written)
      return whole().then((text) => {
        const { files } = platform()
        const name = `miniprogram-im-${stamp()}.txt`
        return removeAll(EXPORT)
          .then(() => files.write(`${EXPORT}/${name}`, fromUtf8(text)))
          .then(
            () => give(name),
            (failure: unknown) => {
              throw new ConnectionError('LogNotWritten', (failure as FileFailure).errMsg, failure)
            },
          )
      })
    },

    upload({ consent, allowMetered }) {
      const target = targets[targets.length - 1]
      if (!target) return Promise.reject(new ConnectionError('LogUploadDisabled'))
      if (!running) {
        const done = () => (running = undefined)
        running = Promise.resolve()
          .then(consent)
          .then((yes) => {
            const refused = yes ? refusal(target, allowMetered) : new ConnectionError('LogConsentRefused')
            if (refused) throw refused
            return unfinished()
          })
          .then((left) => left && send(target, left.name, left.text, allowMetered))
          .then(() => sendNew(target, allowMetered))
        running.then(done, done)
      }
      return running
    },

    allowUpload(target) {
      targets = targets.concat(target)
      return () => {
        targets = targets.filter((other) => other !== target)
      }
    },
  }
}
