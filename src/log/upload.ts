// The log to the server, with the user's consent: in chunks that may be repeated, resumed after a restart, and refused.
import { backoff } from '../machine/backoff'
import { ConnectionError } from '../part'
import type { Clock, Random } from '../ports/clock'
import type { HttpFailure, HttpRequest } from '../ports/http'
import type { LogPlatform, Platform } from '../ports/platform'
import type { Uploader, UploadResult, UploadTarget } from './api'
import { quietly } from '../ports/quietly'
import { fromUtf8, toUtf8 } from '../text/binary-text'

/** What is being sent, for the case that the app does not survive it. */
const COPY = 'upload.txt'
const CHUNK = 131072 // half of what the server takes
const PATIENCE = 8 // failures in a row, without a byte of progress
const pace = { base: 2000, cap: 60000 }
const nothing = () => undefined

interface Answer {
  readonly id: string
  readonly received: number
}

/** `whole` gives the log with its header; `network` the type of the network now, as far as known. */
export const createUploader = (
  platform: () => Pick<Platform, 'http'> & Pick<LogPlatform, 'files'>,
  whole: () => string,
  network: () => string,
  uploaded: (bytes: number) => void,
  clock: Clock,
  random: Random,
): Uploader => {
  let targets: readonly UploadTarget[] = []
  let running: { readonly owner: string; readonly result: Promise<UploadResult> } | undefined

  const ownerOf = ({ base, user }: UploadTarget): string => JSON.stringify([base, user?.()])

  const send = (target: UploadTarget, owner: string, text: string, allowMetered = false): Promise<UploadResult> => {
    const { http, files } = platform()
    const utf8 = toUtf8(text)
    const bytes = utf8.length
    let failures = 0

    /** The answer, once the server has `least` bytes; tries again what may pass. */
    const ask = (method: HttpRequest['method'], path: string, body: string, least: number): Promise<Answer> =>
      Promise.resolve()
        .then(() => {
          if (targets.indexOf(target) < 0 || ownerOf(target) !== owner)
            throw new ConnectionError('LogUploadDisabled', 'the user has changed')
          if (!allowMetered && network() !== 'wifi')
            throw new ConnectionError('LogUploadMetered', network() || 'its type is not known')
          return http.request({
            method,
            url: target.base + '/logs' + path,
            header: {
              authorization: 'Bearer ' + target.token(),
              'content-type': path ? 'text/plain' : 'application/json',
            },
            body,
          })
        })
        .then(({ status, body }) => {
          const ours = status < 300 || status === 409
          if (!ours && status < 500 && status !== 429)
            throw new ConnectionError('RestFailed', `log upload: HTTP ${status}`)
          const answer = (ours ? JSON.parse(body) : {}) as Answer
          if (!(answer.received >= least)) throw new Error(`HTTP ${status}`)
          failures = 0
          return answer
        })
        .then(undefined, (failure: Error | HttpFailure) => {
          if (failure instanceof ConnectionError) throw failure
          const { refused, errMsg } = failure as HttpFailure
          if (refused) throw new ConnectionError(refused, errMsg, failure)
          if (++failures >= PATIENCE) throw new ConnectionError('RestFailed', 'log upload', failure)
          return new Promise<void>((done) => {
            clock.schedule(done, backoff(failures, undefined, random(), pace))
          }).then(() => ask(method, path, body, least))
        })

    const sendFrom = (id: string, from: number): Promise<string> => {
      if (from >= bytes) return Promise.resolve(id)
      let to = Math.min(from + CHUNK, bytes)
      while ((utf8.charCodeAt(to) & 0xc0) === 0x80) to-- // never inside a character
      return ask('PUT', `/${id}?offset=${from}`, fromUtf8(utf8.slice(from, to)), from + 1).then(({ received }) =>
        sendFrom(id, received),
      )
    }

    // The time in its header and its size: the same after a restart, so that the server goes on where it was.
    const name = `${String(/\d{13}/.exec(text))}-${bytes}.txt`
    return ask('POST', '', JSON.stringify({ name, size: bytes }), 0)
      .then(({ id, received }) => {
        // Without room for a copy the upload still works; it only cannot go on after the app is gone.
        quietly(() => files!.write(COPY, `${owner}\n${text}`))
        return sendFrom(id, received)
      })
      .then((id) => {
        quietly(() => files!.remove(COPY))
        uploaded(bytes)
        return { id, bytes }
      })
  }

  return {
    upload({ consent, allowMetered }) {
      const target = targets[targets.length - 1]
      if (!target) return Promise.reject(new ConnectionError('LogUploadDisabled'))
      const owner = ownerOf(target)
      // One after the other; the same user's is one.
      if (running?.owner === owner) return running.result
      const before = running ? running.result.then(nothing, nothing) : Promise.resolve()
      const { files } = platform()
      const result = before
        .then(consent)
        .then((yes) => {
          if (!yes) throw new ConnectionError('LogConsentRefused')
          const [whose, ...left] = (quietly(() => files!.read(COPY)) ?? '').split(/\n([^]*)/)
          return whose === owner && left[0] ? send(target, owner, left[0], allowMetered) : undefined
        })
        .then(() => send(target, owner, whole(), allowMetered))
      const mine = (running = { owner, result })
      const done = () => {
        if (running === mine) running = undefined
      }
      result.then(done, done)
      return result
    },

    allowUpload(target) {
      targets = targets.concat(target)
      return () => {
        targets = targets.filter((other) => other !== target)
      }
    },
  }
}
