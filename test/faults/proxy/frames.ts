// Where one WebSocket frame ends and the next begins in what a server sends, and how to write one of our own there.

/** Watches the bytes of one server; afterwards it knows whether the stream stands between two frames. */
export interface FrameWatch {
  (chunk: Uint8Array): void
  /** The handshake is over, and no frame is half sent. */
  readonly between: boolean
}

export function watchFrames(): FrameWatch {
  let head = ''
  let talking = false
  let header: number[] = []
  let left = 0

  const begin = (): void => {
    const short = header[1]! & 0x7f
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    if (header.length < 2 + extra) return
    left = extra === 0 ? short : header.slice(2).reduce((length, byte) => length * 256 + byte, 0)
    header = []
  }
  const watch = (chunk: Uint8Array): void => {
    for (const byte of chunk) {
      if (!talking) {
        head = (head + String.fromCharCode(byte)).slice(-4)
        talking = head === '\r\n\r\n'
      } else if (left > 0) left--
      else {
        header.push(byte)
        if (header.length > 1) begin()
      }
    }
  }
  return Object.defineProperty(watch as FrameWatch, 'between', {
    get: () => talking && left === 0 && header.length === 0,
  })
}

/** A whole frame as a server sends it: not masked. At most 125 bytes. */
export const frameOf = (opcode: number, payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0x80 | opcode, payload.length), payload])

/** A close frame, also with a code that nobody may send. */
export const closeFrame = (code: number, reason = ''): Buffer =>
  frameOf(8, Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason).subarray(0, 123)]))
