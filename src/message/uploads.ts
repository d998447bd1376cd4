// How an attachment gets to the server before its message: few at a time, tried again, never past the limits.
import { ConnectionError } from '../errors/connection-error'
import type { MessagingDeps } from './link'
import type { Outgoing } from './history'
import { authorization, baseOf, read, unanswered } from './rest'
import type { LocalFile, SendOptions } from './types'

const maxAtOnce = 2
const maxTries = 4
const firstDelay = 1000

/** Calls back once with the message that names the uploaded file, or with why there is none. Returns how to stop. */
export type Uploader = (
  message: Outgoing,
  onProgress: SendOptions['onProgress'],
  done: (result: Outgoing | ConnectionError) => void,
) => () => void

/** Without a code of its own, an answer speaks by its status. */
const refusal = (error: ConnectionError): ConnectionError => {
  const status = (error.cause as { status?: number } | undefined)?.status
  if (error.name !== 'RestFailed' || !status) return error
  if (status === 413) return new ConnectionError('FileTooLarge', '', error)
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429
    ? new ConnectionError('FileRefused', error.message, error)
    : error
}

export const createUploader = (deps: MessagingDeps): Uploader => {
  const { http, clock } = deps
  const queue: (() => void)[] = []
  let running = 0

  const next = () => {
    while (running < maxAtOnce && queue.length) {
      running++
      queue.shift()!()
    }
  }

  return (message, onProgress, done) => {
    const { url: filePath, filename = filePath.slice(filePath.lastIndexOf('/') + 1) } = message.file as LocalFile
    const target = message.chatType === 'groupChat' ? 'group' : 'to'
    let tries = 0
    let stop: (() => void) | undefined
    let over = false

    const finish = (result: Outgoing | ConnectionError) => {
      if (over) return
      over = true
      running--
      next()
      done(result)
    }
    const failed = (failure: unknown) => {
      if (over) return
      const error = refusal(unanswered(failure))
      if (error.name !== 'RestFailed') finish(error)
      else if (++tries >= maxTries) finish(new ConnectionError('UploadFailed', error.message, error))
      else stop = clock.schedule(attempt, firstDelay << (2 * tries - 2))
    }
    const attempt = () => {
      try {
        const upload = http.upload({
          url: baseOf(deps) + '/chatfiles',
          header: authorization(deps),
          filePath,
          name: 'file',
          formData: { filename, [target]: message.to },
          onProgress: (loaded, total) => {
            if (!over) onProgress?.({ loaded, total })
          },
        })
        stop = () => upload.abort()
        upload.done
          .then((response) => {
            const { uri, entities } = read(response)
            const { uuid, size } = (entities as { uuid: string; size?: number }[])[0]!
            const sent: Record<string, unknown> = {
              filename,
              ...(size !== undefined && { file_length: size }),
              ...message,
              url: `${uri as string}/${uuid}`,
            }
            delete sent.file
            finish(sent as Outgoing)
          })
          .catch(failed)
      } catch (failure) {
        failed(failure)
      }
    }

    queue.push(attempt)
    next()
    return () => {
      if (over) return
      const at = queue.indexOf(attempt)
      if (at < 0) {
        over = true
        running--
        stop?.()
        next()
      } else queue.splice(at, 1)
    }
  }
}
