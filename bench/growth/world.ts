// The world of the growth samples: a phone of maps and callbacks, and a server that can be told to push, hold and count.
import { publishPacket } from '../throughput/blaster'

type Callbacks = { success?: (result: unknown) => void; fail?: (failure: { errMsg: string }) => void }
type FileCall = Callbacks & {
  filePath?: string
  oldPath?: string
  newPath?: string
  dirPath?: string
  path?: string
  data?: string
}

/** Files in memory, asynchronous as on a phone. */
const fileSystem = () => {
  const files = new Map<string, string[]>()
  const missing = { errMsg: 'fail no such file or directory' }
  const answer = (options: FileCall, run: () => unknown) =>
    void setImmediate(() => {
      const result = run()
      if (result === undefined) options.fail?.(missing)
      else options.success?.(result)
    })
  const text = (path = '') => {
    const parts = files.get(path)
    if (!parts) return undefined
    if (parts.length > 1) files.set(path, [parts.join('')])
    return files.get(path)?.[0] ?? ''
  }
  return {
    size: () =>
      [...files.values()].reduce((sum, parts) => sum + parts.reduce((bytes, part) => bytes + part.length, 0), 0),
    readFile: (options: FileCall) =>
      answer(options, () => (text(options.filePath) === undefined ? undefined : { data: text(options.filePath) })),
    writeFile: (options: FileCall) => answer(options, () => files.set(options.filePath ?? '', [options.data ?? ''])),
    appendFile: (options: FileCall) =>
      answer(options, () => {
        const parts = files.get(options.filePath ?? '')
        if (parts) parts.push(options.data ?? '')
        else files.set(options.filePath ?? '', [options.data ?? ''])
        return {}
      }),
    rename: (options: FileCall) =>
      answer(options, () => {
        const parts = files.get(options.oldPath ?? '')
        if (!parts) return undefined
        files.delete(options.oldPath ?? '')
        return files.set(options.newPath ?? '', parts)
      }),
    unlink: (options: FileCall) => answer(options, () => (files.delete(options.filePath ?? '') ? {} : undefined)),
    mkdir: (options: FileCall) => answer(options, () => ({})),
    stat: (options: FileCall) =>
      answer(options, () =>
        files.has(options.path ?? '')
          ? { stats: { size: text(options.path)?.length ?? 0, isDirectory: () => false } }
          : undefined,
      ),
    readdir: (options: FileCall) =>
      answer(options, () => {
        const folder = `${options.dirPath ?? ''}/`
        return {
          files: [
            ...new Set(
              [...files.keys()]
                .filter((path) => path.startsWith(folder))
                .map((path) => path.slice(folder.length).split('/')[0] ?? ''),
            ),
          ],
        }
      }),
  }
}

export interface World {
  readonly wx: object
  /** Sends messages (topic and payload) at QoS 1 and waits until each is acknowledged. */
  push(messages: readonly { readonly topic: string; readonly payload: string }[]): Promise<void>
  /** From now on publishes of the phone are not acknowledged; false: they are, the held ones too. */
  hold(on: boolean): void
  /** Bytes in the files: on a phone they are not in the heap. */
  onDisk(): number
}

const WINDOW = 100

export const createWorld = (): World => {
  const files = fileSystem()
  let message: (event: { data: ArrayBuffer }) => void = () => undefined
  let holding = false
  let held: number[][] = []
  let acknowledged = 0
  let acked: () => void = () => undefined
  const say = (bytes: Uint8Array | readonly number[]) =>
    void setImmediate(() => message({ data: Uint8Array.from(bytes).buffer }))

  const packet = (bytes: Uint8Array, at: number): number => {
    let length = 0
    let head = 1
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at + head++]!
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    const body = at + head
    const end = body + length
    const kind = bytes[at]! >> 4
    if (kind === 1) say([0x20, 6, 0, 0, 3, 0x21, 3, 232])
    else if (kind === 8) {
      const granted: number[] = []
      for (let filter = body + 3; filter < end; filter += 3 + bytes[filter]! * 256 + bytes[filter + 1]!) granted.push(1)
      const size = 3 + granted.length
      say([
        0x90,
        ...(size < 128 ? [size] : [(size & 127) | 128, size >> 7]),
        bytes[body]!,
        bytes[body + 1]!,
        0,
        ...granted,
      ])
    } else if (kind === 3) {
      const id = body + 2 + bytes[body]! * 256 + bytes[body + 1]!
      const ack = [0x40, 2, bytes[id]!, bytes[id + 1]!]
      if (holding) held.push(ack)
      else say(ack)
    } else if (kind === 4) {
      acknowledged++
      acked()
    } else if (kind === 12) say([0xd0, 0])
    return end
  }

  return {
    wx: {
      env: { USER_DATA_PATH: '/data' },
      getFileSystemManager: () => files,
      getStorageSync: () => '',
      setStorageSync: () => undefined,
      connectSocket: () => ({
        onOpen: (listener: (event: object) => void) => void setImmediate(() => listener({})),
        onMessage: (listener: typeof message) => (message = listener),
        onClose: () => undefined,
        onError: () => undefined,
        close: () => undefined,
        send({ data, success }: { data: ArrayBuffer; success?: (result: object) => void }) {
          success?.({})
          const bytes = new Uint8Array(data)
          for (let at = 0; at < bytes.length;) at = packet(bytes, at)
        },
      }),
    },
    async push(messages) {
      let sent = 0
      const goal = acknowledged + messages.length
      while (acknowledged < goal) {
        const from = goal - messages.length
        while (sent < messages.length && sent - (acknowledged - from) < WINDOW) {
          const { topic, payload } = messages[sent]!
          const head = publishPacket(5, 1, Buffer.byteLength(payload), (sent % 60_000) + 1, topic)
          head.write(payload, head.length - Buffer.byteLength(payload))
          message({ data: Uint8Array.from(head).buffer })
          sent++
        }
        if (acknowledged < goal) await new Promise<void>((resolve) => (acked = resolve))
      }
    },
    hold(on) {
      holding = on
      if (on) return
      const answers = held
      held = []
      answers.forEach(say)
    },
    onDisk: files.size,
  }
}
