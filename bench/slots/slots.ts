// slots: how many sockets each SDK holds when closing is slow, refused or never answered, and what it still does after close().
import { join } from 'node:path'
import { benchmark, table, target, type Told } from '../benchmark'
import { sample } from '../measure/sample'
import { bundle, OURS } from '../peers'
import { bars } from '../plot/bars'
import { DRIVERS } from './drivers'
import type { Order, Outcome } from './play'
import { SCENARIOS } from './scenarios'

interface Data {
  /** By scenario, by SDK. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, Outcome>>>>
}

/** Where the platform itself may make a second socket necessary. */
const LIMIT = 2

const measure = async (): Promise<Data> => {
  const outcomes: Record<string, Record<string, Outcome>> = {}
  for (const scenario of Object.keys(SCENARIOS)) {
    const row: Record<string, Outcome> = {}
    for (const { subject } of DRIVERS) {
      const order: Order = { subject: subject.name, file: bundle(subject, true), scenario }
      row[subject.name] = await sample<Outcome>(join(__dirname, 'play.ts'), order, 'jit')
    }
    outcomes[scenario] = row
  }
  return { outcomes }
}

const tell = ({ outcomes }: Data): Told => {
  const names = DRIVERS.map(({ subject }) => subject.name)
  const of = (name: string) => Object.values(outcomes).flatMap((row) => row[name] ?? [])
  const sections = Object.entries(outcomes).map(
    ([scenario, row]) =>
      `**${scenario}**: ${SCENARIOS[scenario]?.title ?? ''}\n\n${table(
        ['', 'most sockets', 'left open', 'attempts after close()', 'close() resolved', 'errors thrown'],
        names.flatMap((name) => {
          const outcome = row[name]
          return outcome ? [[name, outcome.most, outcome.left, outcome.after, outcome.resolved, outcome.thrown]] : []
        }),
      )}`,
  )
  const mine = of(OURS.name)
  const bySum = (pick: (outcome: Outcome) => number) => (name: string) =>
    of(name).reduce((sum, outcome) => sum + pick(outcome), 0)
  return {
    text: `Each SDK runs on the project's simulated phone, on a virtual clock, through the calls of its own documentation; every REST call and every dialled address
reaches a server that stands in. A socket counts from \`wx.connectSocket\` until the platform has let it go; the phone allows 50, so that nothing is refused
and everything is seen (a real one allows 5, or 2). Logins of Easemob, NIM, RongCloud, Tencent, LeanCloud and goeasy speak private protocols: their server
accepts the socket and stays silent, which is a server that hangs. MQTT.js, centrifuge and socket.io are answered. Where a package closes without a code
(which PC WeChat refuses), the platform fills in 1000. "left open": five minutes after the last \`close()\`.

![Most sockets at once](slots.svg)

${sections.join('\n\n')}`,
    plots: {
      slots: bars(
        names.map((name) => ({
          label: name,
          value: Math.max(...of(name).map(({ most }) => most)),
          ours: name === OURS.name,
        })),
        {
          title: 'Most sockets held at once, over all scenarios',
          note: 'shorter is better; WeChat allows 5 (and was measured to allow 2)',
        },
      ),
    },
    targets: [
      target('most sockets at once', Math.max(...mine.map(({ most }) => most)), LIMIT, 'at most'),
      target('sockets left open', bySum(({ left }) => left)(OURS.name), 0, 'at most'),
      target('attempts after close()', bySum(({ after }) => after)(OURS.name), 0, 'at most'),
      target(
        'close() resolved before the end of the socket',
        mine.filter(({ resolved }) => resolved !== 'after the end').length,
        0,
        'at most',
        ' times',
      ),
      target('errors thrown into the app', bySum(({ thrown }) => thrown)(OURS.name), 0, 'at most'),
    ],
  }
}

export const slotsBenchmark = benchmark('slots', 'Socket slots', measure, tell)
