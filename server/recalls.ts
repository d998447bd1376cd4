// Which files a message takes back with it: what a `recall` names (docs/protocol.md, section 5).

/** Larger ones are no recalls. */
const maxBytes = 4096
const maxFiles = 4

/** Ids of files, as the sender of the payload names them; whose they are is not looked at here. Cheap for all that is no recall. */
export function recalledFiles(payload: Buffer): readonly string[] {
  if (payload.length > maxBytes || !payload.includes('"recall"')) return []
  try {
    const { type, body } = JSON.parse(payload.toString()) as { type?: unknown; body?: { files?: unknown } }
    const files = type === 'recall' ? body?.files : undefined
    return Array.isArray(files) ? files.slice(0, maxFiles).map(String) : []
  } catch {
    return []
  }
}
