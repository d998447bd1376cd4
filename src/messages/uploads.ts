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

export const startUpload = (
  { upload, token, settings: { restBase } }: MessagesHost,
  message: AnyMessage,
  onProgress: SendOptions['onProgress'],
): Upload => {
  const file = message.file as LocalFile
  const filePath = file.url
  const filename = file.filename ?? filePath.replace(/.*\//, '')
  const { done, abort } = upload({
    url: `${restBase}/chatfiles`,
    header: { authorization: `Bearer ${token()}` },
    filePath,
    name: 'file',
    formData: { filename, [message.chatType === 'groupChat' ? 'group' : 'to']: message.to },
    onProgress: (loaded, total) => onProgress?.({ loaded, total }),
  })
  return {
    abort,
    done: restAnswer('POST /chatfiles', done)
      .then(({ uri, entities }) => {
        const { uuid, size } = (entities as { uuid: string; size?: number }[])[0]!
        const uploaded: Record<string, unknown> = {
          filename,
          ...(size !== undefined && { file_length: size }),
          ...message,
          url: `${uri as string}/${uuid}`,
        }
        delete uploaded.file
        return uploaded as unknown as AnyMessage
      })
      .catch(judge),
  }
}
