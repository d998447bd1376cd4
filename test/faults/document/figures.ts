// The figures of docs/reliability.md, out of what the long runs wrote: none of them is typed by hand.
import { MOST_MS } from '../fuzz/feed'
import type { Tally } from '../random'
import type { SoakResult } from '../soak/soak'
import { readResult } from './results'

type Row = readonly (string | number)[]

const whole = (value: number) => value.toLocaleString('en')
const table = (head: readonly string[], rows: readonly Row[]) =>
  [
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, n) => (n === 0 ? '---' : '---:')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map((cell) => (typeof cell === 'number' ? whole(cell) : cell)).join(' | ')} |`),
  ].join('\n')

const sumOf = (tallies: readonly Tally[]): [string, number][] => {
  const sum: Tally = {}
  for (const tally of tallies) for (const [what, times] of Object.entries(tally)) sum[what] = (sum[what] ?? 0) + times
  return Object.entries(sum)
    .filter(([what]) => what !== 'reconnects') // counted, and no fault
    .sort(([, a], [, b]) => b - a)
}
const total = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((sum, one) => sum + of(one), 0)

const medianOf = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!

export type Figures = ReturnType<typeof figuresOf>

/** `name`: what something that the runs did, or did it to, is called on the page. */
export const figuresOf = (name: (what: string) => string) => {
  const soaks = readResult('soak')
  const real = readResult('real')
  const fuzzes = readResult('fuzz')
  const parsers = readResult('parsers')
  const { killed, full } = readResult('server')
  const soakFaults = sumOf(soaks.map(({ injected }) => injected))
  const realFaults = sumOf([real.injected])
  const messages = (of: (sheet: SoakResult['messages']) => number) => total(soaks, ({ messages: sheet }) => of(sheet))
  const hours = total(soaks, (one) => one.hours)
  const inWords = (rows: readonly (readonly [what: string, ...rest: Row])[]) =>
    rows.map(([what, ...rest]): Row => [name(what), ...rest])

  return {
    table,
    hours: whole(hours),
    weeks: (hours / 24 / 7).toFixed(1),
    faults: whole(total([...soakFaults, ...realFaults], ([, times]) => times)),
    acknowledged: whole(
      messages((sheet) => sheet.acknowledged) + real.messages.acknowledged + killed.messages + full.messages,
    ),
    lost: messages((sheet) => sheet.lost) + real.messages.lost + killed.lost + full.lost,
    doubled: messages((sheet) => sheet.doubled) + real.messages.doubled,
    outOfOrder: messages((sheet) => sheet.outOfOrder) + real.messages.outOfOrder,
    mostSockets: Math.max(real.mostSockets, ...soaks.map(({ mostSockets }) => mostSockets)),
    inputs: whole(total(fuzzes, ({ inputs }) => inputs)),
    parserInputs: whole(total(parsers, ({ inputs }) => inputs)),
    mostMs: MOST_MS,
    soak: {
      worlds: soaks.length,
      seeds: soaks.map(({ seed }) => seed).join(', '),
      starts: whole(total(soaks, ({ starts }) => starts)),
      back: medianOf(soaks.map(({ back }) => back.median)).toFixed(1),
      mostBack: Math.max(...soaks.map(({ back }) => back.most)).toFixed(1),
      timesBack: whole(total(soaks, ({ back }) => back.times)),
      sent: whole(messages((sheet) => sheet.sent)),
      acknowledged: whole(messages((sheet) => sheet.acknowledged)),
      delivered: whole(messages((sheet) => sheet.delivered)),
      lost: messages((sheet) => sheet.lost),
      injected: inWords(soakFaults),
    },
    real: {
      ...real.messages,
      seed: real.seed,
      seconds: real.seconds,
      serverKills: real.serverKills,
      back: real.back,
      sent: whole(real.messages.sent),
      acknowledged: whole(real.messages.acknowledged),
      delivered: whole(real.messages.delivered),
      injected: inWords(realFaults),
    },
    fuzzed: inWords(
      fuzzes.map(({ what, inputs, slowest, buffers, growth }) => [what, inputs, slowest, buffers, growth]),
    ),
    parsed: inWords(
      parsers.map(({ what, inputs, perSecond, refused, slowest, growth }) => [
        what,
        inputs,
        perSecond,
        Math.round((100 * refused) / inputs),
        slowest,
        growth,
      ]),
    ),
    fullKiB: whole(full.fileKiB),
    servers: inWords([
      ['killed', killed.kills, killed.messages, killed.users, killed.groups, killed.lost],
      ['disk full', 1, full.messages, full.users, full.groups, full.lost],
    ]),
  }
}
