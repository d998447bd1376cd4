// The FileSystemManager as the two file ports, in a folder of our own under wx.env.USER_DATA_PATH.
import type { FileFailure, Files, LogFiles } from '../ports/files'
import { failureOf as outsideFailure, member } from './shapes'
import type { WxApi } from './wx-api'
import { quietly } from '../ports/quietly'
import { call } from './wx-call'

/** What a call reports, or throws in its synchronous form. */
const failureOf = (error: unknown): FileFailure => {
  const { errMsg } = outsideFailure(error)
  // 1300002 no such file or directory, 1300202 storage limit
  const kind = /no such|not exist|1300002/i.test(errMsg)
    ? 'missing'
    : /limit|exceed|no space|1300202/i.test(errMsg)
      ? 'full'
      : 'failed'
  return { kind, errMsg }
}

const fail = (error: unknown): never => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the port's contract
  throw failureOf(error)
}

/** In place of what failed because something is not there. */
const ifMissing =
  <T>(instead: () => T) =>
  (error: unknown): T =>
    failureOf(error).kind === 'missing' ? instead() : fail(error)

/** Where our files are, and who reads and writes them; nobody where the platform has no files. */
export const placeOf = (wx: WxApi) => {
  const base = member(member(wx, 'env'), 'USER_DATA_PATH')
  return {
    manager: base ? quietly(() => wx.getFileSystemManager!()) : undefined,
    root: `${base ?? ''}/miniprogram-im/`,
  }
}

const encoding = 'utf8'
/** No file of ours is that large (bytes); to read one would end the app. */
const LARGEST = 1 << 24

export const wxFiles = (wx: WxApi): Files => {
  const { manager, root } = placeOf(wx)

  const write = (name: string, data: string): Promise<void> => {
    const filePath = root + name
    const put = () => call(manager, 'writeFile', { filePath, data, encoding })
    // That the folder exists already is no harm.
    return call(manager, 'mkdir', { dirPath: filePath.replace(/\/[^/]*$/, ''), recursive: true })
      .then(put, put)
      .then(() => undefined, fail)
  }

  return {
    read: (name) => {
      const { size } = quietly(() => manager!.statSync(root + name) as { size?: number }) ?? {}
      return size! > LARGEST
        ? Promise.resolve().then(() => fail({ errMsg: `readFile:fail ${size} bytes` }))
        : call(manager, 'readFile', { filePath: root + name, encoding }).then(({ data }) => data as string, fail)
    },
    write,
    append: (name, data) =>
      call(manager, 'appendFile', { filePath: root + name, data, encoding }).then(
        () => undefined,
        // Appending does not create the file.
        ifMissing(() => write(name, data)),
      ),
    remove: (name) =>
      call(manager, 'unlink', { filePath: root + name }).then(
        () => undefined,
        ifMissing(() => undefined),
      ),
    list: (name) =>
      call(manager, 'readdir', { dirPath: root + name }).then(
        ({ files }) => (Array.isArray(files) ? files.map(String) : []),
        ifMissing(() => []),
      ),
  }
}

export const wxLogFiles = (wx: WxApi): LogFiles | undefined => {
  const { manager, root } = placeOf(wx)
  const folder = root + 'log'
  const pathOf = (name: string) => `${folder}/${name}`
  const writeNow = (name: string, text: string): void => {
    quietly(() => manager!.mkdirSync(folder, true))
    manager!.writeFileSync(pathOf(name), text, encoding)
  }

  return (
    manager && {
      pathOf,
      read: (name) => manager.readFileSync(pathOf(name), encoding) as string,
      write: writeNow,
      append: (name, text) => {
        try {
          manager.appendFileSync(pathOf(name), text, encoding)
        } catch (error) {
          if (failureOf(error).kind !== 'missing') throw error
          writeNow(name, text)
        }
      },
      remove: (name) => manager.unlinkSync(pathOf(name)),
      list: () => manager.readdirSync(folder),
      size: (name) => {
        const { size, isDirectory } = manager.statSync(pathOf(name)) as { size: number; isDirectory?: () => boolean }
        if (isDirectory?.()) throw new Error(`${name} is a folder`)
        return size
      },
      isFull: (error) => failureOf(error).kind === 'full',
    }
  )
}
