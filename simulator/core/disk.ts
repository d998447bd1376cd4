// What outlives the process: a tree of files. The port to a folder (../node/disk.ts), a browser's storage, or memory.
// Paths are relative, `/`-separated and clean; wx' own paths and errors are file-system.ts' business.
// Extend: a disk that crashes or lies for a test wraps another one.

export interface DiskStat {
  readonly directory: boolean
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
}

export interface Disk {
  stat(path: string): DiskStat | undefined
  read(path: string): Uint8Array
  /** The folder above exists. */
  write(path: string, bytes: Uint8Array): void
  append(path: string, bytes: Uint8Array): void
  /** A file or an empty folder. */
  remove(path: string): void
  rename(from: string, to: string): void
  mkdir(path: string): void
  /** Names, in no order. */
  list(path: string): string[]
}

const parent = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')

export function createMemoryDisk(now: () => number = () => Date.now()): Disk {
  interface File {
    bytes: Uint8Array
    modified: number
  }
  const files = new Map<string, File>()
  const folders = new Set<string>([''])

  return {
    stat(path) {
      const file = files.get(path)
      if (file) return { directory: false, size: file.bytes.length, modified: file.modified }
      return folders.has(path) ? { directory: true, size: 0, modified: 0 } : undefined
    },
    read: (path) => files.get(path)?.bytes.slice() ?? new Uint8Array(),
    write: (path, bytes) => void files.set(path, { bytes: bytes.slice(), modified: now() }),
    append(path, bytes) {
      const old = files.get(path)?.bytes ?? new Uint8Array()
      const joined = new Uint8Array(old.length + bytes.length)
      joined.set(old)
      joined.set(bytes, old.length)
      files.set(path, { bytes: joined, modified: now() })
    },
    remove(path) {
      files.delete(path)
      folders.delete(path)
    },
    rename(from, to) {
      for (const [path, file] of [...files]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue
        files.delete(path)
        files.set(to + path.slice(from.length), file)
      }
      for (const path of [...folders]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue
        folders.delete(path)
        folders.add(to + path.slice(from.length))
      }
    },
    mkdir: (path) => void folders.add(path),
    list: (path) =>
      [...files.keys(), ...folders]
        .filter((other) => other !== '' && parent(other) === path)
        .map((other) => other.slice(path === '' ? 0 : path.length + 1)),
  }
}
