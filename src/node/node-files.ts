// What is kept, in a folder of this machine or, where none is named, in the memory of this process.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileFailure, Files } from '../ports/files'
import { quietly } from '../ports/quietly'
import type { Storage } from '../ports/storage'

const fail = (error: unknown): never => {
  const { code = '', message } = error as NodeJS.ErrnoException
  const kind = code === 'ENOENT' ? 'missing' : /ENOSPC|EDQUOT|EFBIG/.test(code) ? 'full' : 'failed'
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- the port's contract
  throw { kind, errMsg: message } satisfies FileFailure
}

export interface Kept {
  readonly storage: Storage
  readonly files: Files
}

export const keptInFolder = (folder: string): Kept => {
  const values = join(folder, 'storage')
  const fileOf = (key: string) => join(values, encodeURIComponent(key))
  const place = (name: string) => join(folder, 'files', name)
  /** `put` in a folder that exists by then. */
  const written = (name: string, put: (file: string) => Promise<void>) =>
    mkdir(dirname(place(name)), { recursive: true })
      .then(() => put(place(name)))
      .catch(fail)
  return {
    storage: {
      get: (key) => quietly(() => readFileSync(fileOf(key), 'utf8')),
      set: (key, value) =>
        quietly(() => {
          mkdirSync(values, { recursive: true })
          writeFileSync(fileOf(key), value)
          return true
        }) ?? false,
      remove: (key) => quietly(() => rmSync(fileOf(key), { force: true })),
    },
    files: {
      read: (name) => readFile(place(name), 'utf8').catch(fail),
      write: (name, text) => written(name, (file) => writeFile(file, text)),
      append: (name, text) => written(name, (file) => appendFile(file, text)),
      remove: (name) => rm(place(name), { force: true }).catch(fail),
      list: (name) =>
        readdir(place(name)).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : fail(error))),
    },
  }
}

export const keptInMemory = (): Kept => {
  const values = new Map<string, string>()
  const files = new Map<string, string>()
  const put = (name: string, text: string) => Promise.resolve(void files.set(name, text))
  return {
    storage: {
      get: (key) => values.get(key),
      set: (key, value) => (values.set(key, value), true),
      remove: (key) => void values.delete(key),
    },
    files: {
      read: (name) =>
        Promise.resolve().then(() => files.get(name) ?? fail({ code: 'ENOENT', message: `no such file ${name}` })),
      write: put,
      append: (name, text) => put(name, (files.get(name) ?? '') + text),
      remove: (name) => Promise.resolve(void files.delete(name)),
      list: (folder) =>
        Promise.resolve(
          Array.from(files.keys())
            .filter((name) => name.startsWith(`${folder}/`))
            .map((name) => name.slice(folder.length + 1))
            .filter((name) => !name.includes('/')),
        ),
    },
  }
}
