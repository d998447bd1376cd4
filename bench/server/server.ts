// server: the embedded server under 1,000 to 10,000 clients that ping, beside aedes and Mosquitto in the same run.
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { benchmark, round, table, target, type Scale, type Told } from '../benchmark'
import { sample } from '../measure/sample'
import type { Figures, Order } from './clients'

const SERVERS = ['miniprogram-im', 'aedes', 'Mosquitto'] as const
type ServerName = (typeof SERVERS)[number]

interface Row extends Figures {
  readonly server: ServerName
  readonly clients: number
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

async function startNode(script: string, clients: number): Promise<Started> {
  const child = fork(join(__dirname, script), [String(clients)], { execArgv: ['--import', 'tsx'] })
  const told = await new Promise<{ url: string; passwords: string[] }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string; passwords: string[] }))
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code ?? 'a signal'}`)))
  })
  return { ...told, pid: child.pid!, stop: () => gone(child) }
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
  'miniprogram-im': (clients) => startNode('ours.ts', clients),
  aedes: (clients) => startNode('aedes.ts', clients),
  Mosquitto: startMosquitto,
}

const measure = async (scale: Scale): Promise<Data> => {
  const sizes = scale === 'full' ? [1000, 5000, 10_000] : [200]
  const seconds = scale === 'full' ? 10 : 2
  const absent: ServerName[] = hasMosquitto() ? [] : ['Mosquitto']
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'))
  const rows: Row[] = []
  try {
    for (const clients of sizes)
      for (const server of SERVERS.filter((name) => !absent.includes(name))) {
        const started = await start[server](clients)
        try {
          const passwords = join(folder, 'passwords.json')
          writeFileSync(passwords, JSON.stringify(started.passwords))
          const order: Order = { url: started.url, pid: started.pid, clients, passwords, seconds }
          rows.push({ server, clients, ...(await sample<Figures>(join(__dirname, 'clients.ts'), order, 'jit')) })
        } finally {
          await started.stop()
        }
      }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { seconds, rows, absent }
}

const perClient = ({ rss, connected }: Row, when: 'idle' | 'busy'): number => (rss[when] - rss.empty) / connected / 1024

const tell = ({ seconds, rows, absent }: Data): Told => {
  const find = (server: ServerName, clients: number): Row | undefined =>
    rows.find((row) => row.server === server && row.clients === clients)
  const ours = rows.filter(({ server }) => server === 'miniprogram-im')
  const against = (server: ServerName): number[] =>
    ours.flatMap(({ clients, acknowledged }) => {
      const other = find(server, clients)
      return other ? [acknowledged / other.acknowledged] : []
    })
  const ahead = against('Mosquitto')
  const text = `A server in its own process, all clients in another, on the same machine and in the same run: MQTT 3.1.1 (which all three speak) over
WebSockets, each client subscribed to its inbox and pinging every 20 s. *Idle*: what a client adds to the server's resident memory when all
have pinged once. *Busy*: the most while 200 messages of 200 bytes at QoS 1 are on their way at any time, for ${seconds} s, each to another client.
The clients take more of the machine than the servers do: rates say how the three compare here, not what one server can do alone.

The three do not do the same. Ours checks a signed token, every topic against its sender, and acknowledges a message only when it is on the disk
(fsync). aedes 1.2 and Mosquitto run without login and access rules and acknowledge from memory; Mosquitto is written in C.

${table(
  [
    '',
    'clients',
    'held',
    'lost',
    'connected in, s',
    'idle, KB each',
    'busy, KB each',
    'acknowledged/s',
    'p50, ms',
    'p99, ms',
    'missing',
  ],
  rows.map((row) => [
    row.server,
    row.clients,
    row.connected,
    row.lost,
    row.connectSeconds,
    perClient(row, 'idle'),
    perClient(row, 'busy'),
    row.acknowledged,
    row.p50,
    row.p99,
    row.missing,
  ]),
)}

${ahead.length > 0 ? `Mosquitto acknowledges ${ahead.map((share) => round(1 / share)).join(', ')} times as many messages as we do (at ${ours.map(({ clients }) => round(clients)).join(', ')} clients).` : ''}${absent.length > 0 ? `Not installed here, and so not measured: ${absent.join(', ')}.` : ''}`
  return {
    text,
    plots: {},
    targets: [
      target(
        'links lost or not held, of all',
        ours.reduce((sum, row) => sum + row.lost + row.clients - row.connected, 0),
        0,
        'at most',
      ),
      target(
        'acknowledged messages that did not arrive',
        ours.reduce((sum, row) => sum + row.missing, 0),
        0,
        'at most',
      ),
      target('idle client, worst size', Math.max(...ours.map((row) => perClient(row, 'idle'))), 30, 'at most', ' KB'),
      target('acknowledged messages, against aedes, worst size', Math.min(...against('aedes')), 1, 'at least', '×'),
    ],
  }
}

export const serverBenchmark = benchmark<Data>('server', 'The embedded server under load', measure, tell)
