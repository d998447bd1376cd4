// A socket that writes down everything it is told, and in which order; and how a step opens and gets rid of one.
import { asked, type Bench, wait } from './bench'
import { obstacle, textOf } from './finding'

export interface Told {
  readonly what: 'success' | 'fail' | 'open' | 'late-open' | 'message' | 'error' | 'close'
  readonly at: number
  /** Before connectSocket had returned. */
  readonly inside: boolean
  readonly result: unknown
}

export interface Socket {
  readonly dialled: number
  readonly told: readonly Told[]
  /** What connectSocket returned. */
  readonly given: unknown
  /** undefined where none was given, or a promise of one is not kept yet. */
  readonly task: WechatMiniprogram.SocketTask | undefined
  /** When the listener was added that comes a moment too late; undefined where it was not. */
  readonly lateAt: number | undefined
  /** ms after connectSocket in which a promise of the task was kept. */
  readonly promisedIn: number | undefined
  readonly heard: (what: Told['what']) => Told | undefined
  /** Resolves as soon as it holds, or after so many ms; whether it holds. */
  until(holds: () => boolean, ms: number): Promise<boolean>
  /** The end as it was told, in order: waits so long for the first word, then until nothing more comes. */
  ends(ms: number): Promise<('error' | 'close')[]>
  /** Tells every listener of `until` to look again. */
  readonly url: string
  /** ms that the server lets it live. */
  readonly life: number
}

type Query = Readonly<Record<string, string | number>>
interface DialOptions {
  /** Below /probe: silent, 404, mute. */
  readonly path?: string
  readonly url?: string
  readonly more?: object
}

const LIFE = 15_000
const QUIET = 700
const LIMIT = /exceed|max|同时最多|600007|超过/i

export const isLimit = (text: string) => LIMIT.test(text)
export const isSuspended = (text: string) => /suspend|interrupt/i.test(text)

export const probeUrl = (server: string, path = '', query: Query = {}): string =>
  `${server.replace(/^http/, 'ws')}/probe${path && `/${path}`}?${Object.keys(query)
    .map((name) => `${name}=${encodeURIComponent(query[name]!)}`)
    .join('&')}`

let names = 0
/** Under which the server remembers how a socket ended. */
export const newName = (): string => `${Date.now().toString(36)}-${++names}`

export function dial(bench: Bench, query: Query = {}, { path, url, more = {} }: DialOptions = {}): Socket {
  const life = Number(query.life ?? LIFE)
  const address = url ?? probeUrl(bench.server, path, { ...query, life })
  const told: Told[] = []
  const watchers: (() => void)[] = []
  const dialled = Date.now()
  let inside = true
  let task: WechatMiniprogram.SocketTask | undefined
  let lateAt: number | undefined
  let promisedIn: number | undefined

  const tell = (what: Told['what']) => (result: unknown) => {
    told.push({ what, at: Date.now(), inside, result })
    watchers.slice().forEach((watcher) => watcher())
  }
  function listen(given: WechatMiniprogram.SocketTask): void {
    task = given
    if (typeof given.onOpen !== 'function') return
    given.onOpen(tell('open'))
    given.onMessage(tell('message'))
    given.onError(tell('error'))
    given.onClose(tell('close'))
  }

  let given: unknown
  try {
    given = wx.connectSocket({ url: address, success: tell('success'), fail: tell('fail'), ...more })
  } catch (error) {
    tell('fail')({ errMsg: `thrown: ${String(error)}` })
  }
  if (given && typeof (given as Promise<unknown>).then === 'function') {
    ;(given as Promise<WechatMiniprogram.SocketTask>).then((kept) => {
      promisedIn = Date.now() - dialled
      listen(kept)
    }, tell('fail'))
  } else if (given) {
    listen(given as WechatMiniprogram.SocketTask)
    setTimeout(() => {
      if (typeof task?.onOpen !== 'function' || told.some(({ what }) => what === 'open')) return
      lateAt = Date.now()
      task.onOpen(tell('late-open'))
    }, 0)
  }
  inside = false

  const heard = (what: Told['what']) => told.find((one) => one.what === what)
  const until = (holds: () => boolean, ms: number): Promise<boolean> =>
    new Promise((resolve) => {
      if (holds()) {
        resolve(true)
        return
      }
      const over = (result: boolean) => {
        clearTimeout(timer)
        watchers.splice(watchers.indexOf(watcher), 1)
        resolve(result)
      }
      const watcher = () => holds() && over(true)
      const timer = setTimeout(() => over(holds()), ms)
      watchers.push(watcher)
    })
  const endings = () =>
    told.map(({ what }) => what).filter((what): what is 'error' | 'close' => what === 'error' || what === 'close')

  return {
    dialled,
    told,
    given,
    url: address,
    life,
    heard,
    until,
    get task() {
      return task
    },
    get lateAt() {
      return lateAt
    },
    get promisedIn() {
      return promisedIn
    },
    async ends(ms) {
      await until(() => endings().length > 0, ms)
      for (let count = -1; endings().length !== count;) {
        count = endings().length
        await wait(QUIET)
      }
      return endings()
    },
  }
}

/** Of a socket that never opened: the first failure it was told. */
export const failureOf = (socket: Socket): unknown => (socket.heard('error') ?? socket.heard('fail'))?.result

export const isOver = (socket: Socket): boolean =>
  socket.heard('close') !== undefined || socket.heard('error') !== undefined || socket.heard('fail') !== undefined

/** An open socket; waits where the phone says that there are too many. Throws an obstacle where there is none. */
export async function open(bench: Bench, query: Query = {}, options: DialOptions = {}): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = dial(bench, query, options)
    await socket.until(() => socket.heard('open') !== undefined || isOver(socket), 8000)
    if (socket.heard('open')) return socket
    const text = textOf(failureOf(socket))
    await release(socket)
    if (tries > 40 || !isLimit(text))
      throw obstacle(text ? `连不上服务器：${text}` : '连不上服务器，也没有收到任何事件')
    await wait(250)
  }
}

export const close = (socket: Socket, how: { code?: number; reason?: string } | undefined) =>
  asked((callbacks) => socket.task?.close({ ...how, ...callbacks }))

/** Gone, by whatever means: our own close, else the end of the life that the server gives it. */
export async function release(...sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) {
    if (isOver(socket)) continue
    const closed = await close(socket, { code: 1000, reason: 'probe' })
    const patience = closed.how === 'ok' ? 6000 : 0
    if (await socket.until(() => isOver(socket), patience)) continue
    await socket.until(() => isOver(socket), Math.max(0, socket.dialled + socket.life - Date.now()) + 1000)
  }
}

/** Sends, and waits for a message that satisfies; undefined when none came. */
export async function exchange(
  socket: Socket,
  data: string | ArrayBuffer,
  isAnswer: (data: unknown) => boolean,
  ms = 3000,
): Promise<Told | undefined> {
  const answer = () =>
    socket.told.find(
      ({ what, result }) => what === 'message' && isAnswer((result as { data?: unknown } | undefined)?.data),
    )
  socket.task?.send({ data })
  await socket.until(() => answer() !== undefined, ms)
  return answer()
}

/** Round trip over an open socket in ms; undefined where nothing comes back. */
export async function roundTrip(socket: Socket): Promise<number | undefined> {
  let best: number | undefined
  for (let i = 0; i < 3; i++) {
    const started = Date.now()
    const token = `echo ${i} ${started}`
    const answer = await exchange(socket, token, (data) => data === token)
    if (!answer) return best
    best = Math.min(best ?? Infinity, answer.at - started)
  }
  return best
}

/** What the server said in JSON. */
export function spoken(told: Told | undefined): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse((told!.result as { data: string }).data) as Record<string, unknown>
  } catch {
    return {}
  }
}
