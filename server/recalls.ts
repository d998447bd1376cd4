// What a `recall` takes with it (docs/protocol.md, section 5).

/** Larger ones are no recalls. */
const maxBytes = 4096
const maxFiles = 4

export interface Recall {
  /** The message, and files, as the sender of the recall names them; whose they are is not looked at here. */
  readonly mid: string
  readonly files: readonly string[]
}

/** Cheap for all that is no recall. */
export function recallIn(payload: Buffer): Recall | undefined {
  if (payload.length > maxBytes || !payload.includes('"recall"')) return undefined
  try {
    const { type, body } = JSON.parse(payload.toString()) as { type?: unknown; body?: Record<string, unknown> }
    if (type !== 'recall' || typeof body?.mid !== 'string') return undefined
    const { mid, files } = body
    return { mid, files: Array.isArray(files) ? files.slice(0, maxFiles).map(String) : [] }
  } catch {
    return undefined
  }
}
