// A file handed out piece by piece, as its reader takes it: it costs no more memory than one piece, however large it is.
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

const piece = 64 * 1024

/** The first `size` bytes of a regular file; `undefined` when there is none. `done` is called once it is read or given up. */
export async function readPieces(
  path: string,
  size: number,
  done: () => void = () => undefined,
): Promise<ReadableStream<Uint8Array> | undefined> {
  // Our folder holds files; whatever else somebody put there is not followed, and not waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  )
  if (!handle || !(await handle.stat()).isFile()) {
    await handle?.close()
    done()
    return undefined
  }
  let at = 0
  let closed = false
  async function close(): Promise<void> {
    if (closed) return
    closed = true
    done()
    await handle!.close()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(piece, size - at)
          const { bytesRead, buffer } = wanted > 0 ? await handle.read(Buffer.alloc(wanted), 0, wanted, at) : none
          at += bytesRead
          if (bytesRead > 0) {
            controller.enqueue(new Uint8Array(buffer.buffer, buffer.byteOffset, bytesRead))
            return
          }
          controller.close()
        } catch (error) {
          controller.error(error)
        }
        await close()
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}

const none = { bytesRead: 0, buffer: Buffer.alloc(0) }
