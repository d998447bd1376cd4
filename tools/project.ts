// Where the checks of the package find the project and what was built of it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const root = resolve(__dirname, '..')
export const inRoot = (...parts: string[]) => join(root, ...parts)
export const read = (...parts: string[]) => readFileSync(inRoot(...parts), 'utf8')

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
}
export const manifest = JSON.parse(read('package.json')) as Manifest

/** The shipped files, and an export by which an app enters each. */
export const entrances: Readonly<Record<string, string>> = {
  'connection.js': 'Connection',
  'index.js': 'default',
  'log.js': 'log',
  'logins.js': 'logins',
  'messages.js': 'messages',
  'nim.js': 'default',
  'rongcloud.js': 'RongIMClient',
}

/** The files of `miniprogram_dist/` by name, as an app gets them. */
export function shippedFiles(): Record<string, string> {
  if (!existsSync(inRoot('miniprogram_dist', 'index.js')))
    throw new Error('nothing is built: run `npm run build` first')
  return Object.fromEntries(
    readdirSync(inRoot('miniprogram_dist')).map((name) => [name, read('miniprogram_dist', name)]),
  )
}

/** What git tracks, without generated or binary files' content. */
export const trackedFiles = () =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)

/** A folder of its own outside the project, removed after use. */
export async function inTemporaryFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'miniprogram-im-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
