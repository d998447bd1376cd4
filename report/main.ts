// The command: npx miniprogram-im report FILE... [-o out.html] [--lang zh|en]
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { VERSION } from '../src/version'
import { analyse } from './analyse'
import { decode, readLog, troubleOf, type NamedText } from './read'
import { renderReport } from './render'
import type { Language } from './rule'
import { words } from './words'

const USAGE = `Turns downloaded logs of miniprogram-im into one page that opens from disk.

  miniprogram-im report FILE... [-o report.html] [--lang zh|en]
  miniprogram-im --version

One FILE per phone. The page can be switched between Chinese and English, and opens other logs that are dropped on it.
Exit status: 0 when every file was read, 1 when one could not be, 2 when the command was not understood.
`

interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

interface Asked {
  readonly files: readonly string[]
  readonly out: string
  readonly lang: Language
}

const parse = (args: readonly string[]): Asked | string => {
  const files: string[] = []
  let out = 'report.html'
  let lang: Language = 'zh'
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '-o' || arg === '--out') {
      const value = args[++i]
      if (value === undefined) return `${arg} needs a file name`
      out = value
    } else if (arg === '--lang') {
      const value = args[++i]
      if (value !== 'zh' && value !== 'en') return '--lang is zh or en'
      lang = value
    } else if (arg.startsWith('-')) return `unknown option ${arg}`
    else files.push(arg)
  }
  return files.length ? { files, out, lang } : 'no log file was named'
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'is a folder',
  EACCES: 'must not be read or written by you',
  ENOSPC: 'there is no room on the disk',
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS[code ?? ''] ?? message
}

/** A file read as a log, or why it is none. */
const readFile = (file: string): NamedText | string => {
  try {
    const text = decode(readFileSync(file))
    const trouble = troubleOf(readLog({ name: file, text }))
    return trouble ? words.en[trouble] : { name: basename(file), text }
  } catch (error) {
    return reasonOf(error)
  }
}

/** Whether what is there now is a report, which may be made again; anything else is somebody's own. */
const mayReplace = (file: string): boolean => {
  if (!existsSync(file)) return true
  const begin = Buffer.alloc(2048)
  const handle = openSync(file, 'r')
  try {
    const text = begin.toString('utf8', 0, readSync(handle, begin))
    return text.startsWith('<!doctype html>') && Object.values(words).some(({ title }) => text.includes(title))
  } finally {
    closeSync(handle)
  }
}

const whereReal = (file: string): string => (existsSync(file) ? realpathSync(file) : resolve(file))

const report = ({ files, out: target, lang }: Asked, { out, err }: Streams): number => {
  if (files.some((file) => whereReal(file) === whereReal(target))) {
    err(`${target}: is one of the logs; choose another name with -o\n`)
    return 1
  }
  const read = files.map((file) => ({ file, log: readFile(file) }))
  for (const { file, log } of read) if (typeof log === 'string') err(`${file}: ${log}\n`)
  const texts = read.flatMap(({ log }) => (typeof log === 'string' ? [] : [log]))
  if (texts.length === 0) return 1
  try {
    if (!mayReplace(target)) {
      err(`${target}: is there already and is no report; choose another name with -o\n`)
      return 1
    }
    writeFileSync(target, renderReport(texts, { lang }))
  } catch (error) {
    err(`${target}: ${reasonOf(error)}\n`)
    return 1
  }
  const { phones, findings, summaries } = analyse(texts)
  for (const summary of summaries) out(`${summary[lang].text}\n`)
  for (const finding of findings)
    out(`${finding.severity.padEnd(5)} ${texts[finding.phone]!.name}: ${finding[lang].title}\n`)
  out(`${phones.reduce((sum, { records }) => sum + records.length, 0)} records -> ${resolve(target)}\n`)
  return texts.length === files.length ? 0 : 1
}

/** Runs the command; returns the exit code. */
export const main = (args: readonly string[], streams: Streams): number => {
  const [command, ...rest] = args
  if (command === undefined || args.includes('--help') || args.includes('-h')) {
    streams.out(USAGE)
    return 0
  }
  if (args.includes('--version')) {
    streams.out(`${VERSION}\n`)
    return 0
  }
  const asked = command === 'report' ? parse(rest) : `unknown command ${command}`
  if (typeof asked === 'string') {
    streams.err(`${asked}\n\n${USAGE}`)
    return 2
  }
  return report(asked, streams)
}
