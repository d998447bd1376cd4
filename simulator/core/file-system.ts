// wx.getFileSystemManager: files of the mini-program below wx.env.USER_DATA_PATH, sync and async.
// Models wechat-runtime.md section 7 and the FileError table of the typings: a missing parent folder is 1300002, the
// quota (200 MB) and a file above 100 MB 1300202, a path outside 1300014. appendFile to a file that is not there is
// 1300002 as well (quirk). An asynchronous write lasts `fileDelay`; the death of the process may tear it.
// Extend: an operation is one entry in `operations`; sync and async forms follow from it.
import { type Callbacks, type Failure, type Outcome, report } from './call'
import type { Clock } from './clock'
import type { Disk } from './disk'
import type { JsThread } from './js-thread'
import type { Profile, Quirks } from './quirks'
import { decode, encode, exact } from './text'

const FILE_LIMIT = 100 * 1024 * 1024

/** A failure on its way to the caller. */
class FileFault extends Error {
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

interface PathOptions {
  filePath: string
}
interface DirOptions {
  dirPath: string
}
interface WriteOptions extends PathOptions {
  data: string | ArrayBuffer
  encoding?: string
}
interface ReadOptions extends PathOptions {
  encoding?: string
  position?: number
  length?: number
}
interface MkdirOptions extends DirOptions {
  recursive?: boolean
}
interface RenameOptions {
  oldPath: string
  newPath: string
}
interface CopyOptions {
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

export function createFileSystem({ clock, js, disk, profile, quirks }: FileDeps) {
  const scheme = profile === 'devtools' ? 'http://' : 'wxfile://'
  for (const root of ['usr', 'tmp']) if (!disk.stat(root)) disk.mkdir(root)
  /** What the death of the process does to a write under way. */
  const underWay = new Set<() => void>()

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

  const operations = {
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

  const failure = (api: string, fault: unknown): Failure => {
    if (!(fault instanceof FileFault)) throw fault
    return { errMsg: `${api}:fail ${fault.message}`, errno: fault.errCode, errCode: fault.errCode }
  }
  function sync<R>(api: string, work: () => R): R {
    try {
      return work()
    } catch (fault) {
      const told = failure(`${api}Sync`, fault)
      throw js.realm.error(told.errMsg, { ...told })
    }
  }
  /** Starts now, is done `fileDelay` later; `tear` is what is left when the process dies in between. */
  function later<R extends object>(api: string, callbacks: Callbacks<R>, work: () => R, tear?: () => void): void {
    const timer = clock.setTimeout(() => {
      underWay.delete(die)
      let outcome: Outcome<R>
      try {
        outcome = { ok: work() }
      } catch (fault) {
        outcome = { failure: failure(api, fault) }
      }
      report(js, api, callbacks, outcome)
    }, quirks.fileDelay)
    const die = () => {
      clock.clearTimeout(timer)
      if (tear && quirks.tornWrites) {
        try {
          tear()
        } catch {
          // The write would have failed: nothing of it is on the disk.
        }
      }
    }
    underWay.add(die)
  }
  const nothing = (run: () => void) => () => {
    run()
    return {}
  }
  /** The caller may change its buffer after the call; the phone took it over. */
  const taken = (options: WriteOptions): WriteOptions =>
    typeof options.data === 'string' ? options : { ...options, data: options.data.slice(0) }
  const half = (options: WriteOptions): WriteOptions => {
    const bytes = bytesOf(options)
    return { filePath: options.filePath, data: exact(bytes.subarray(0, bytes.length >> 1)) }
  }
  const given = (value: unknown, name: string): object => (value === undefined ? {} : { [name]: value })

  const manager = {
    access: (o: { path: string } & Callbacks<object>) =>
      later(
        'access',
        o,
        nothing(() => operations.access(o.path)),
      ),
    accessSync: (path: string) => sync('access', () => operations.access(path)),
    writeFile(o: WriteOptions & Callbacks<object>) {
      const mine = taken(o)
      const tear = () => operations.writeFile(half(mine))
      later(
        'writeFile',
        o,
        nothing(() => operations.writeFile(mine)),
        tear,
      )
    },
    writeFileSync: (filePath: string, data: string | ArrayBuffer, encoding?: string) =>
      sync('writeFile', () => operations.writeFile({ filePath, data, ...given(encoding, 'encoding') })),
    appendFile(o: WriteOptions & Callbacks<object>) {
      const mine = taken(o)
      const tear = () => operations.appendFile(half(mine))
      later(
        'appendFile',
        o,
        nothing(() => operations.appendFile(mine)),
        tear,
      )
    },
    appendFileSync: (filePath: string, data: string | ArrayBuffer, encoding?: string) =>
      sync('appendFile', () => operations.appendFile({ filePath, data, ...given(encoding, 'encoding') })),
    readFile: (o: ReadOptions & Callbacks<{ data: string | ArrayBuffer }>) =>
      later('readFile', o, () => operations.readFile(o)),
    readFileSync: (filePath: string, encoding?: string, position?: number, length?: number) =>
      sync('readFile', () =>
        operations.readFile({
          filePath,
          ...given(encoding, 'encoding'),
          ...given(position, 'position'),
          ...given(length, 'length'),
        }),
      ).data,
    readdir: (o: DirOptions & Callbacks<{ files: string[] }>) => later('readdir', o, () => operations.readdir(o)),
    readdirSync: (dirPath: string) => sync('readdir', () => operations.readdir({ dirPath })).files,
    rename: (o: RenameOptions & Callbacks<object>) =>
      later(
        'rename',
        o,
        nothing(() => operations.rename(o)),
      ),
    renameSync: (oldPath: string, newPath: string) => sync('rename', () => operations.rename({ oldPath, newPath })),
    copyFile: (o: CopyOptions & Callbacks<object>) =>
      later(
        'copyFile',
        o,
        nothing(() => operations.copyFile(o)),
      ),
    copyFileSync: (srcPath: string, destPath: string) =>
      sync('copyFile', () => operations.copyFile({ srcPath, destPath })),
    unlink: (o: PathOptions & Callbacks<object>) =>
      later(
        'unlink',
        o,
        nothing(() => operations.unlink(o)),
      ),
    unlinkSync: (filePath: string) => sync('unlink', () => operations.unlink({ filePath })),
    mkdir: (o: MkdirOptions & Callbacks<object>) =>
      later(
        'mkdir',
        o,
        nothing(() => operations.mkdir(o)),
      ),
    mkdirSync: (dirPath: string, recursive = false) => sync('mkdir', () => operations.mkdir({ dirPath, recursive })),
    rmdir: (o: MkdirOptions & Callbacks<object>) =>
      later(
        'rmdir',
        o,
        nothing(() => operations.rmdir(o)),
      ),
    rmdirSync: (dirPath: string, recursive = false) => sync('rmdir', () => operations.rmdir({ dirPath, recursive })),
    stat: (o: { path: string } & Callbacks<{ stats: Stats }>) => later('stat', o, () => operations.stat(o.path)),
    statSync: (path: string) => sync('stat', () => operations.stat(path)).stats,
  }

  let temporary = 0
  return {
    api: { getFileSystemManager: () => manager, env: { USER_DATA_PATH: `${scheme}usr` } },
    /** Of any file that the app may name, or undefined. */
    read: (path: string): Uint8Array | undefined => {
      try {
        return disk.read(fileAt(path))
      } catch {
        return undefined
      }
    },
    /** A new temporary file; its wx path. */
    keep: (bytes: Uint8Array): string => {
      const name = `tmp/${clock.now()}-${++temporary}`
      disk.write(name, bytes)
      return scheme + name
    },
    kill() {
      for (const die of underWay) die()
      underWay.clear()
    },
  }
}
