// server: the embedded server under 1,000 to 10,000 clients that ping, beside aedes and Mosquitto in the same run.
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { loadavg, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { benchmark, round, table, target, type Scale, type Told } from '../benchmark'
import { commit } from '../measure/commit'
import { keptRows } from '../measure/rows'
import { sample } from '../measure/sample'
import type { Figures, Order } from './clients'
import { words } from './words'

const SERVERS = ['miniprogram-im', 'aedes', 'Mosquitto'] as const
type ServerName = (typeof SERVERS)[number]

interface Row extends Figures {
  readonly server: ServerName
  readonly clients: number
  /** How much else the machine had to do just before: processes that wanted to run, on average of a minute. */
  readonly load: number
}

interface Data {
  readonly seconds: number
  readonly rows: readonly Row[]
  /** Servers that are not installed here. */
  readonly absent: readonly ServerName[]
}

interface Started {
  readonly url: string
  readonly pid: number
  readonly passwords: readonly string[]
  stop(): Promise<void>
}

const PATH = `${process.env.PATH ?? ''}:/usr/sbin`
const hasMosquitto = (): boolean =>
  spawnSync('mosquitto', ['-h'], { env: { ...process.env, PATH } }).error === undefined

const gone = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 20_000).unref()
  })

/** Users are enrolled over REST, which takes its time. */
const sampleSeconds = 1200

async function startNode(script: string, args: readonly string[]): Promise<Started> {
  const child = fork(join(__dirname, script), args, { execArgv: ['--import', 'tsx'] })
  const told = await new Promise<{ url: string; passwords: string[] }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string; passwords: string[] }))
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code ?? 'a signal'}`)))
  })
  return { ...told, pid: child.pid!, stop: () => gone(child) }
}

async function startOurs(clients: number): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ours-'))
  const enrolled = await startNode('ours.ts', [String(clients), folder, 'enrol'])
  await enrolled.stop()
  const serving = await startNode('ours.ts', [String(clients), folder, 'serve'])
  return {
    ...serving,
    passwords: enrolled.passwords,
    async stop() {
      await serving.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** As it comes, without login and access rules; its store is written at the end only. */
async function startMosquitto(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-mosquitto-'))
  const [port, plain] = [await freePort(), await freePort()]
  const file = join(folder, 'conf')
  writeFileSync(
    file,
    `user ${userInfo().username}\nallow_anonymous true\npersistence true\npersistence_location ${folder}/\nlog_type error\n` +
      `listener ${port} 127.0.0.1\nprotocol websockets\nlistener ${plain} 127.0.0.1\nprotocol mqtt\n`,
  )
  const child = spawn('mosquitto', ['-c', file], { env: { ...process.env, PATH }, stdio: 'ignore' })
  for (;;) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (answers) break
    if (child.exitCode !== null) throw new Error('Mosquitto ended at once')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url: `ws://127.0.0.1:${port}/mqtt`,
    pid: child.pid!,
    passwords: [],
    async stop() {
      await gone(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const start: Readonly<Record<ServerName, (clients: number) => Promise<Started>>> = {
  'miniprogram-im': startOurs,
  aedes: () => startNode('aedes.ts', []),
  Mosquitto: startMosquitto,
}

const measure = async (scale: Scale): Promise<Data> => {
  const sizes = scale === 'full' ? [1000, 5000, 10_000] : [200]
  const seconds = scale === 'full' ? 10 : 2
  const absent: ServerName[] = hasMosquitto() ? [] : ['Mosquitto']
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'))
  const { rows, add, done } = keptRows<Row>('server', { sizes, seconds, commit: commit() })
  try {
    for (const clients of sizes)
      for (const server of SERVERS.filter((name) => !absent.includes(name))) {
        if (rows.some((row) => row.server === server && row.clients === clients)) continue
        const started = await start[server](clients)
        try {
          const passwords = join(folder, 'passwords.json')
          writeFileSync(passwords, JSON.stringify(started.passwords))
          const order: Order = { url: started.url, pid: started.pid, clients, passwords, seconds }
          add({
            server,
            clients,
            load: loadavg()[0]!,
            ...(await sample<Figures>(join(__dirname, 'clients.ts'), order, 'jit', sampleSeconds)),
          })
        } finally {
          await started.stop()
        }
      }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  done()
  return { seconds, rows, absent }
}

const perClient = ({ rss, connected }: Row, when: 'idle' | 'busy'): number => (rss[when] - rss.empty) / connected / 1024

const tell = ({ seconds, rows, absent }: Data, say: typeof words.en): Told => {
  const find = (server: ServerName, clients: number): Row | undefined =>
    rows.find((row) => row.server === server && row.clients === clients)
  const ours = rows.filter(({ server }) => server === 'miniprogram-im')
  const against = (server: ServerName): number[] =>
    ours.flatMap(({ clients, acknowledged }) => {
      const other = find(server, clients)
      return other ? [acknowledged / other.acknowledged] : []
    })
  const ahead = against('Mosquitto')
  const busiest = Math.max(...rows.map(({ load }) => load))
  const text = `${say.about(seconds)}${busiest > 2 ? `\n${say.noisy(round(busiest))}` : ''}

${say.promises}

${table(
  say.head,
  rows.map((row) => [
    row.server,
    row.clients,
    row.connected,
    row.lost,
    row.connectSeconds,
    perClient(row, 'idle'),
    perClient(row, 'busy'),
    row.acknowledged,
    row.cpu,
    row.p50,
    row.p99,
    row.missing,
    row.server === 'miniprogram-im' ? say.onDisk : say.inMemory,
  ]),
)}

${ahead.length > 0 ? say.ahead(ahead.map((share) => round(1 / share)).join(say.comma), ours.map(({ clients }) => round(clients)).join(say.comma)) : ''}${absent.length > 0 ? say.absent(absent.join(say.comma)) : ''}`
  return {
    text,
    plots: {},
    targets: [
      target(
        say.lost,
        ours.reduce((sum, row) => sum + row.lost + row.clients - row.connected, 0),
        0,
        'at most',
      ),
      target(
        say.missing,
        ours.reduce((sum, row) => sum + row.missing, 0),
        0,
        'at most',
      ),
      target(say.idle, Math.max(...ours.map((row) => perClient(row, 'idle'))), 30, 'at most', ' KB'),
      target(say.against, Math.min(...against('aedes')), 1, 'at least', '×'),
    ],
  }
}

export const serverBenchmark = benchmark('server', words, measure, tell)
