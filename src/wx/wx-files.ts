// The FileSystemManager as the Files port, in a folder of our own under wx.env.USER_DATA_PATH.
import type { FileFailure, Files } from '../ports/files'
import type { WxApi, WxCallbacks, WxFailure, WxFileSystem } from './wx-api'

const ROOT = 'miniprogram-im'

const failure = ({ errMsg }: WxFailure): FileFailure => ({
  // 1300002 no such file or directory, 1300202 storage limit, 1302002 too many open files
  kind: /no such file|not exist|1300002/i.test(errMsg)
    ? 'missing'
    : /limit|exceed|no space|1300202/i.test(errMsg)
      ? 'full'
      : 'failed',
  errMsg,
})

export const wxFiles = (wx: WxApi): Files => {
  const base = wx.env?.USER_DATA_PATH
  const manager = base ? wx.getFileSystemManager?.() : undefined
  const pathOf = (name: string) => `${base ?? ''}/${ROOT}/${name}`

  const call = <T>(run: (files: WxFileSystem, callbacks: WxCallbacks<T>) => void): Promise<T> =>
    new Promise((resolve, reject: (reason: FileFailure) => void) => {
      if (!manager) return reject({ kind: 'failed', errMsg: 'no file system on this platform' })
      try {
        run(manager, { success: resolve, fail: (reason) => reject(failure(reason)) })
      } catch (error) {
        reject({ kind: 'failed', errMsg: String(error) })
      }
    })

  const folderOf = (name: string) => pathOf(name).replace(/\/[^/]*$/, '')

  /** Runs again after creating the folders, where the first run found them missing. */
  const withFolder = (name: string, run: () => Promise<unknown>): Promise<void> =>
    run()
      .catch((reason: FileFailure) =>
        reason.kind === 'missing'
          ? call((files, callbacks) => files.mkdir({ dirPath: folderOf(name), recursive: true, ...callbacks }))
              .catch(() => undefined) // it exists: the second run tells
              .then(run)
          : Promise.reject(reason as unknown as Error),
      )
      .then(() => undefined)

  const write = (filePath: string, data: string) =>
    call((files, callbacks) => files.writeFile({ filePath, data, encoding: 'utf8', ...callbacks }))

  return {
    available: manager !== undefined,
    pathOf,
    read: (name) =>
      call<{ data: string | ArrayBuffer }>((files, callbacks) =>
        files.readFile({ filePath: pathOf(name), encoding: 'utf8', ...callbacks }),
      ).then(({ data }) => data as string),
    write: (name, text) => withFolder(name, () => write(pathOf(name), text)),
    append: (name, text) =>
      withFolder(name, () =>
        call((files, callbacks) =>
          files.appendFile({ filePath: pathOf(name), data: text, encoding: 'utf8', ...callbacks }),
        ).catch(
          // Appending does not create the file.
          (reason: FileFailure) =>
            reason.kind === 'missing' ? write(pathOf(name), text) : Promise.reject(reason as unknown as Error),
        ),
      ),
    rename: (from, to) =>
      withFolder(to, () =>
        call((files, callbacks) => files.rename({ oldPath: pathOf(from), newPath: pathOf(to), ...callbacks })),
      ),
    remove: (name) =>
      call((files, callbacks) => files.unlink({ filePath: pathOf(name), ...callbacks })).then(
        () => undefined,
        (reason: FileFailure) => (reason.kind === 'missing' ? undefined : Promise.reject(reason as unknown as Error)),
      ),
    list: (folder) =>
      call<{ files: string[] }>((files, callbacks) => files.readdir({ dirPath: pathOf(folder), ...callbacks })).then(
        ({ files }) => files,
        (reason: FileFailure) => (reason.kind === 'missing' ? [] : Promise.reject(reason as unknown as Error)),
      ),
    size: (name) =>
      call<{ stats: unknown }>((files, callbacks) => files.stat({ path: pathOf(name), ...callbacks })).then(
        ({ stats }) => (stats as { size: number }).size,
      ),
  }
}
