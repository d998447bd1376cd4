// Logs as phones write them, told step by step: for the tests of the report that need a log of a certain shape.
import type { Area, Events, Fields, Level, LogHeader } from '../../src/log/record'

export const START = Date.UTC(2026, 0, 31, 1, 0, 0)

export interface Story {
  /** Lets time pass, in ms. */
  wait(ms: number): Story
  note<A extends Area>(level: Level, area: A, event: keyof Events[A] & string, fields?: Fields): Story
  /** The app starts (again). */
  start(network?: string): Story
  open(user?: string): Story
  /** One attempt until it is online. */
  connect(ms?: number): Story
  /** One attempt that is refused; then the connection goes to `next`. */
  fail(name: string, detail?: string, next?: string, verdict?: string): Story
  /** What is online ends. */
  drop(name: string, detail?: string, next?: string, verdict?: string): Story
  pings(count: number, every: number, ms?: (i: number) => number): Story
  hide(ms: number): Story
  network(type: string): Story
  text(device?: Readonly<Record<string, string>>): string
}

export const story = (user = 'alice', at = START): Story => {
  const lines: string[] = []
  let t = at
  let attempt = 0
  let state = 'idle'
  let sockets = 0

  const write = (level: Level, area: string, event: string, fields?: Fields, mine = true) => {
    lines.push(
      JSON.stringify({
        t,
        level,
        area,
        event,
        ...(mine && { connection: 1, ...(attempt && { attempt }) }),
        ...(fields && { fields }),
      }),
    )
  }
  const turn = (to: string) => {
    write(2, 'connection', 'state', { from: state, to })
    state = to
  }
  const socket = (opened: boolean) => {
    attempt++
    turn('authorizing')
    t += 3
    turn('queued')
    sockets++
    write(1, 'slot', 'taken', { taken: sockets, max: 2 })
    turn('opening')
    write(1, 'socket', 'open', { socket: attempt, url: 'wss://im.example.com/mqtt' })
    if (opened) {
      t += 180
      write(1, 'socket', 'opened', { socket: attempt, ms: 180 })
      turn('handshaking')
    }
  }
  const lost = () => {
    t += 40
    sockets--
    write(2, 'socket', 'closed', { socket: attempt, code: 1006, reason: 'abnormal closure', asked: false })
    write(1, 'slot', 'returned', { taken: sockets, max: 2 })
  }

  const told: Story = {
    wait(ms) {
      t += ms
      return told
    },
    note(level, area, event, fields) {
      write(level, area, event, fields)
      return told
    },
    start(network = 'wifi') {
      attempt = 0
      state = 'idle'
      sockets = 0
      write(2, 'app', 'started', { sdk: '0.1.0' }, false)
      t += 30
      write(2, 'app', 'network', { connected: network !== 'none', type: network })
      return told
    },
    open(name = user) {
      write(2, 'connection', 'open', { user: name, with: 'token' })
      return told
    },
    connect(ms = 120) {
      socket(true)
      t += ms
      turn('online')
      return told
    },
    fail(name, detail = '', next = 'waiting', verdict = next === 'stopped' ? 'fatal' : 'retry') {
      socket(name !== 'DomainNotAllowed' && name !== 'SocketFailed')
      t += name === 'SocketTimeout' ? 12000 : 60
      write(verdict === 'fatal' ? 4 : 3, 'connection', 'refused', { name, verdict, detail })
      turn(next)
      lost()
      return told
    },
    drop(name, detail = '', next = 'waiting', verdict = next === 'stopped' ? 'fatal' : 'retry') {
      write(verdict === 'fatal' ? 4 : 3, 'connection', 'refused', { name, verdict, detail })
      turn(next)
      lost()
      return told
    },
    pings(count, every, ms = (i) => 40 + ((i * 37) % 60)) {
      for (let i = 0; i < count; i++) {
        t += every
        write(1, 'heartbeat', 'ping', { patience: 10000 })
        t += ms(i)
        write(1, 'heartbeat', 'pong', { ms: ms(i) })
      }
      return told
    },
    hide(ms) {
      write(2, 'app', 'hidden')
      t += ms
      write(2, 'app', 'shown', { away: ms })
      return told
    },
    network(type) {
      write(2, 'app', 'network', { connected: type !== 'none', type })
      return told
    },
    text(
      device = {
        platform: 'android',
        model: 'Pixel 8',
        system: 'Android 14',
        client: '8.0.50',
        baseLibrary: '3.5.0',
        appVersion: '1.4.0',
      },
    ) {
      const header: LogHeader = {
        header: 'miniprogram-im',
        format: 1,
        sdk: '0.1.0',
        t,
        zone: 480,
        device,
        stats: { records: lines.length },
      }
      return [JSON.stringify(header), ...lines, ''].join('\n')
    },
  }
  return told
}
