// What each file operation of wx does to the disk, and with which number it refuses.
// Models wechat-runtime.md section 7 and the FileError table of the typings: a missing parent folder is 1300002, the
// quota (200 MB) and a file above 100 MB 1300202, a path outside 1300014. appendFile to a file that is not there is
// 1300002 as well (quirk).
// Extend: an operation is one more entry here; its sync and async forms are in file-system.ts.
import type { Clock } from './clock'
import type { Disk } from './disk'
import type { JsThread } from './js-thread'
import type { Profile, Quirks } from './quirks'
import { decode, encode, exact } from './text'

const FILE_LIMIT = 100 * 1024 * 1024

/** A failure on its way to the caller. */
export class FileFault extends Error {
  constructor(
    readonly errCode: number,
    text: string,
  ) {
    super(text)
  }
}
const missing = (path: string) => new FileFault(1300002, `no such file or directory ${path}`)
const full = () => new FileFault(1300202, 'the maximum size of the file storage limit is exceeded')

export interface FileDeps {
  readonly clock: Clock
  readonly js: JsThread
  readonly disk: Disk
  readonly profile: Profile
  readonly quirks: Quirks
}

export interface PathOptions {
  filePath: string
}
export interface DirOptions {
  dirPath: string
}
export interface WriteOptions extends PathOptions {
  data: string | ArrayBuffer
  encoding?: string
}
export interface ReadOptions extends PathOptions {
  encoding?: string
  position?: number
  length?: number
}
export interface MkdirOptions extends DirOptions {
  recursive?: boolean
}
export interface RenameOptions {
  oldPath: string
  newPath: string
}
export interface CopyOptions {
  srcPath: string
  destPath: string
}
export interface Stats {
  readonly size: number
  readonly lastModifiedTime: number
  isFile(): boolean
  isDirectory(): boolean
}

const parent = (path: string) => path.slice(0, path.lastIndexOf('/'))

export function createFileOperations({ js, disk, profile, quirks }: FileDeps) {
  const scheme = profile === 'devtools' ? 'http://' : 'wxfile://'
  for (const root of ['usr', 'tmp']) if (!disk.stat(root)) disk.mkdir(root)

  /** wx' path to the disk's. */
  function resolve(path: string, writing = false): string {
    const inside = typeof path === 'string' && path.startsWith(scheme) ? path.slice(scheme.length) : ''
    const clean = inside.split('/').filter((part) => part !== '' && part !== '.')
    if ((clean[0] !== 'usr' && clean[0] !== 'tmp') || clean.includes('..'))
      throw new FileFault(1300014, `Path permission denied ${path}`)
    if (writing && clean[0] === 'tmp') throw new FileFault(1300013, `permission denied ${path}`)
    return clean.join('/')
  }
  function fileAt(path: string, writing = false): string {
    const place = resolve(path, writing)
    const stat = disk.stat(place)
    if (!stat) throw missing(path)
    if (stat.directory) throw new FileFault(1300021, `Is a directory ${path}`)
    return place
  }
  function folderAt(path: string): string {
    const place = resolve(path)
    const stat = disk.stat(place)
    if (!stat) throw missing(path)
    if (!stat.directory) throw new FileFault(1300020, `not a directory ${path}`)
    return place
  }
  function used(folder = ''): number {
    let sum = 0
    for (const name of disk.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (path === 'storage' || path === 'tmp') continue
      const stat = disk.stat(path)
      sum += stat?.directory ? used(path) : (stat?.size ?? 0)
    }
    return sum
  }
  function bytesOf({ data, encoding }: WriteOptions): Uint8Array {
    const bytes = typeof data === 'string' ? encode(data, encoding) : new Uint8Array(data)
    if (!bytes) throw new FileFault(1300022, `Invalid argument encoding ${encoding ?? ''}`)
    return bytes
  }
  /** Where a file may be written: the folder above it must be there. */
  function target(path: string): string {
    const place = resolve(path, true)
    if (quirks.diskBroken) throw new FileFault(1300005, 'Input/output error')
    const above = disk.stat(parent(place))
    if (!above) throw missing(path)
    if (!above.directory) throw new FileFault(1300020, `not a directory ${path}`)
    if (disk.stat(place)?.directory) throw new FileFault(1300021, `Is a directory ${path}`)
    return place
  }
  function room(bytes: number, old: number, size: number): void {
    if (size > FILE_LIMIT || used() - old + bytes > quirks.diskQuota) throw full()
  }
  function mkdir(path: string, recursive: boolean): void {
    const place = resolve(path, true)
    if (quirks.diskBroken) throw new FileFault(1300005, 'Input/output error')
    if (disk.stat(place)) {
      if (recursive && disk.stat(place)?.directory) return
      throw new FileFault(1301005, `file already exists ${path}`)
    }
    if (!disk.stat(parent(place))) {
      if (!recursive) throw missing(path)
      mkdir(parent(path), true)
    }
    disk.mkdir(place)
  }

  return {
    scheme,
    fileAt,
    bytesOf,
    access: (path: string) => {
      if (!disk.stat(resolve(path))) throw missing(path)
    },
    writeFile(options: WriteOptions) {
      const place = target(options.filePath)
      const bytes = bytesOf(options)
      room(bytes.length, disk.stat(place)?.size ?? 0, bytes.length)
      disk.write(place, bytes)
    },
    appendFile(options: WriteOptions) {
      const place = target(options.filePath)
      const old = disk.stat(place)
      if (!old && !quirks.appendCreates) throw missing(options.filePath)
      const bytes = bytesOf(options)
      room(bytes.length, 0, (old?.size ?? 0) + bytes.length)
      disk.append(place, bytes)
    },
    readFile({ filePath, encoding, position = 0, length }: ReadOptions): { data: string | ArrayBuffer } {
      const all = disk.read(fileAt(filePath))
      if (all.length > FILE_LIMIT) throw full()
      const bytes = all.subarray(position, length === undefined ? undefined : position + length)
      if (encoding === undefined) return { data: js.realm.buffer(exact(bytes)) }
      const text = decode(bytes, encoding)
      if (text === undefined) throw new FileFault(1300022, `Invalid argument encoding ${encoding}`)
      return { data: text }
    },
    readdir: ({ dirPath }: DirOptions) => ({ files: disk.list(folderAt(dirPath)) }),
    rename({ oldPath, newPath }: RenameOptions) {
      const from = resolve(oldPath, true)
      if (!disk.stat(from)) throw missing(oldPath)
      disk.rename(from, target(newPath))
    },
    copyFile({ srcPath, destPath }: CopyOptions) {
      const bytes = disk.read(fileAt(srcPath))
      const place = target(destPath)
      room(bytes.length, disk.stat(place)?.size ?? 0, bytes.length)
      disk.write(place, bytes)
    },
    unlink({ filePath }: PathOptions) {
      disk.remove(fileAt(filePath, true))
    },
    mkdir: ({ dirPath, recursive = false }: MkdirOptions) => mkdir(dirPath, recursive),
    rmdir({ dirPath, recursive = false }: MkdirOptions) {
      const place = folderAt(dirPath)
      const remove = (folder: string) => {
        for (const name of disk.list(folder)) {
          const path = `${folder}/${name}`
          if (disk.stat(path)?.directory) remove(path)
          else disk.remove(path)
        }
        disk.remove(folder)
      }
      if (!recursive && disk.list(place).length > 0) throw new FileFault(1300066, `directory not empty ${dirPath}`)
      remove(place)
    },
    stat(path: string): { stats: Stats } {
      const stat = disk.stat(resolve(path))
      if (!stat) throw missing(path)
      return {
        stats: {
          size: stat.size,
          lastModifiedTime: Math.floor(stat.modified / 1000),
          isFile: () => !stat.directory,
          isDirectory: () => stat.directory,
        },
      }
    },
  }
}
