// wx.getFileSystemManager: every file operation in its two forms, sync (throws) and async (calls back).
// Models wechat-runtime.md section 7: an asynchronous call lasts `fileDelay`; the death of the process may tear a write.
// Extend: what an operation does is in file-operations.ts; name its two forms here.
import { type Callbacks, type Failure, type Outcome, report } from './call'
import {
  createFileOperations,
  type CopyOptions,
  type DirOptions,
  type FileDeps,
  FileFault,
  type MkdirOptions,
  type PathOptions,
  type ReadOptions,
  type RenameOptions,
  type Stats,
  type WriteOptions,
} from './file-operations'
import { exact } from './text'

export function createFileSystem(deps: FileDeps) {
  const { clock, js, disk, quirks } = deps
  const operations = createFileOperations(deps)
  const { scheme, fileAt, bytesOf } = operations
  /** What the death of the process does to a write under way. */
  const underWay = new Set<() => void>()

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
