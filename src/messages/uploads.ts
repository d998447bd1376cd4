// How an attachment gets to the server before its message: one try, and what its failure means.
import { ConnectionError } from '../part'
import { restAnswer } from '../rest/rest'
import type { AnyMessage } from './message'
import type { MessagesHost } from './contract'
import type { LocalFile, SendOptions } from './types'

interface Upload {
  /** The message with the address of its file. Rejects with RestFailed where another try may do. */
  readonly done: Promise<AnyMessage>
  abort(): void
}

/** A refusal without a code of its own speaks by its status. */
const judge = (failure: unknown): never => {
  const error = failure as ConnectionError
  const status = (error.cause as { status?: number } | undefined)?.status ?? 0
  if (error.name !== 'RestFailed' || status < 400 || status > 499 || /401|408|429/.test(`${status}`)) throw error
  throw new ConnectionError(status === 413 ? 'FileTooLarge' : 'FileRefused', error.detail, error)
}

const nameIn = (path: string): string => path.replace(/.*\//, '')

export const startUpload = (
  { upload, token, settings: { restBase } }: MessagesHost,
  message: AnyMessage,
  onProgress: SendOptions['onProgress'],
): Upload => {
  const { url, thumb, filename = nameIn(url) } = message.file as LocalFile
  let aborted = false
  let abort = (): void => undefined

  /** Resolves with where it is, and its bytes. */
  const put = (filePath: string, name: string, progress?: SendOptions['onProgress']) => {
    const call = upload({
      url: `${restBase}/chatfiles`,
      header: { authorization: `Bearer ${token()}` },
      filePath,
      name: 'file',
      formData: { filename: name, [message.chatType === 'groupChat' ? 'group' : 'to']: message.to },
      onProgress: (loaded, total) => progress?.({ loaded, total }),
    })
    abort = call.abort
    return restAnswer('POST /chatfiles', call.done).then(({ uri, entities }) => {
      const { uuid, size } = (entities as { uuid: string; size?: number }[])[0]!
      return { at: `${uri as string}/${uuid}`, size }
    })
  }

  const first = thumb ? put(thumb, nameIn(thumb)) : Promise.resolve(undefined)
  return {
    abort() {
      aborted = true
      abort()
    },
    done: first
      .then((small) => {
        if (aborted) throw new ConnectionError('MessageCancelled')
        return put(url, filename, onProgress).then(({ at, size }) => {
          const uploaded: Record<string, unknown> = {
            filename,
            ...(size !== undefined && { file_length: size }),
            ...(small && { thumb: small.at }),
            ...message,
            url: at,
          }
          delete uploaded.file
          return uploaded as unknown as AnyMessage
        })
      })
      .catch(judge),
  }
}
