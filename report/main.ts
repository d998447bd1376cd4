// The command: npx miniprogram-im report FILE... [-o out.html] [--lang zh|en]
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { analyse, renderReport } from './render'
import type { Language } from './rule'

const USAGE = `Turns downloaded logs of miniprogram-im into one page that opens from disk.

  miniprogram-im report FILE... [-o report.html] [--lang zh|en]

One FILE per phone. The page can be switched between Chinese and English.
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

/** Runs the command; returns the exit code. */
export const main = (args: readonly string[], { out, err }: Streams): number => {
  const [command, ...rest] = args
  if (command === undefined || command === '--help' || command === '-h') {
    out(USAGE)
    return 0
  }
  const asked = command === 'report' ? parse(rest) : `unknown command ${command}`
  if (typeof asked === 'string') {
    err(`${asked}\n\n${USAGE}`)
    return 2
  }
  try {
    const texts = asked.files.map((file) => ({ name: basename(file), text: readFileSync(file, 'utf8') }))
    writeFileSync(asked.out, renderReport(texts, { lang: asked.lang }))
    const { phones, findings } = analyse(texts)
    for (const finding of findings)
      out(`${finding.severity.padEnd(5)} ${texts[finding.phone]!.name}: ${finding[asked.lang].title}\n`)
    out(`${phones.reduce((sum, { records }) => sum + records.length, 0)} records -> ${resolve(asked.out)}\n`)
    return 0
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}
