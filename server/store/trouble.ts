// What is wrong with the store, told by its cause: LevelDB's own words say little to whoever runs a server.
import type { ClassicLevel } from 'classic-level'

export type Trouble = 'full' | 'locked' | 'damaged' | 'forbidden' | 'other'

/** The folder cannot be used, and why. */
export class StoreTrouble extends Error {
  constructor(
    readonly trouble: Trouble,
    text: string,
    cause: unknown,
  ) {
    super(text, { cause })
  }
}

/** Everything that an error and its causes say. */
function saidBy(error: unknown): string {
  const said: string[] = []
  interface Said {
    readonly code?: unknown
    readonly message?: unknown
    readonly cause?: unknown
  }
  for (let at = error as Said | undefined; typeof at === 'object'; at = at.cause as Said | undefined) {
    said.push(String(at.code), String(at.message))
  }
  return said.join(' ')
}

export function troubleOf(error: unknown): Trouble {
  const said = saidBy(error)
  if (/ENOSPC|EDQUOT|EFBIG|No space left|quota exceeded|File too large/i.test(said)) return 'full'
  if (/LEVEL_LOCKED|already held|Resource temporarily unavailable/i.test(said)) return 'locked'
  if (/LEVEL_CORRUPTION|Corruption|CURRENT|MANIFEST|missing files|does not exist \(create_if_missing/i.test(said))
    return 'damaged'
  if (/EACCES|EPERM|EROFS|ENOTDIR|EEXIST|Permission denied|Read-only|Not a directory|File exists/i.test(said))
    return 'forbidden'
  return 'other'
}

const texts: Readonly<Record<Trouble, (folder: string) => string>> = {
  full: (folder) => `There is no room on the disk for ${folder}: make some, and start again.`,
  locked: (folder) => `Another server is running on ${folder}: stop that one, or use another folder (--data).`,
  damaged: (folder) =>
    `The store in ${folder} is damaged: files of it are missing or broken. Put its backup back, or move it away to start empty.`,
  forbidden: (folder) =>
    `${folder} cannot be used: it is no folder, or its owner does not let this process write there.`,
  other: (folder) => `The store in ${folder} cannot be opened.`,
}

export async function openDatabase(db: ClassicLevel<string, Buffer>, folder: string): Promise<void> {
  try {
    await db.open()
  } catch (error) {
    const trouble = troubleOf(error)
    throw new StoreTrouble(trouble, texts[trouble](folder), error)
  }
}
