// When a message is published: in order per topic, kept in the files first, within bounds, until the server has it.
import { utf8Size } from '../bytes/utf8'
import { ConnectionError } from '../errors/connection-error'
import { encode } from './kinds'
import { keyOf, Status, type History, type Outgoing } from './history'
import type { Journal } from './journal'
import type { MessagingDeps } from './link'
import type { Uploader } from './uploads'
import type { Message, SendOptions, SendResult } from './types'

/** What the link may answer that says nothing about the message: it is published again. */
const kept = new Set(['NotConnected', 'ConnectionClosed', 'SessionLost', 'LinkLost', 'Destroyed', 'QueueFull'])

/** Messages per topic that may wait for the server's word; receivers remember twice as many ids. */
const maxInFlight = 32
const maxIds = 100
const retryDelay = 1000

const none = (): void => undefined

interface Task {
  message: Outgoing
  /** Of its conversation. */
  readonly key: string
  readonly order: number
  readonly size: number
  /** `saving`: on its way into the files. `waiting`: may be published. `uploading`, `publishing`: under way. */
  phase: 'saving' | 'waiting' | 'uploading' | 'publishing'
  waiters: { resolve(result: SendResult): void; reject(error: ConnectionError): void }[]
  onProgress?: SendOptions['onProgress'] | undefined
  /** Stops the upload. */
  abort: () => void
}

const isReceipt = ({ message }: Task) => /^(delivery|read|channel)$/.test(message.type)

export interface Outbox {
  /** Takes what the files held from before. */
  restore(): void
  /** Throws QueueFull; else the promise of `send`. */
  add(message: Outgoing, onProgress?: SendOptions['onProgress']): Promise<SendResult>
  /** Confirms messages to their author, together with confirmations that still wait. */
  confirm(receipt: Outgoing & { readonly ids: readonly string[] }): Promise<SendResult>
  cancel(id: string): boolean
  /** Cancels what waits in a conversation; key '': everywhere. */
  cancelAll(key: string): void
  online(online: boolean): void
  close(): void
}

export interface OutboxDeps extends MessagingDeps {
  readonly user: string
  readonly journal: Journal
  readonly history: History
  readonly upload: Uploader
}

export const createOutbox = (deps: OutboxDeps): Outbox => {
  const { clock, link, journal, history, user, log } = deps
  const { outboxMaxCount = 500, outboxMaxBytes = 1 << 19, outboxMaxAge = 3 * 86400000 } = deps
  /** By id, in order. */
  const tasks = new Map<string, Task>()
  let bytes = 0
  let order = 0
  let connected = false
  let closed = false
  /** A pump is due; how to call it off. */
  let pumping = false
  let cancelPump = none
  let cancelSweep = none

  const enter = (message: Outgoing, place: number, phase: Task['phase']): Task => {
    const key = keyOf(message.chatType, message.to)
    const size = utf8Size(encode(message))
    const task: Task = { message, key, order: place, size, phase, waiters: [], abort: none }
    order = place
    tasks.set(message.id, task)
    bytes += task.size
    return task
  }

  const leave = (task: Task, status: number) => {
    tasks.delete(task.message.id)
    bytes -= task.size
    task.abort()
    void journal.append(['s', task.key, status, [task.message.id]])
    pumpSoon(0)
  }

  const fail = (task: Task, error: ConnectionError) => {
    const { id, to } = task.message
    leave(task, Status.failed)
    log(3, 'message', 'failed', () => ({ id, code: error.code }))
    task.waiters.forEach(({ reject }) => reject(error))
    if (!isReceipt(task)) deps.emit('onMessageFailed', { id, to, error })
  }

  const succeed = (task: Task) => {
    const { message } = task
    const { id, to } = message
    leave(task, Status.sent)
    log(1, 'message', 'acked', () => ({ id }))
    const receipt = isReceipt(task)
    const result = { localMsgId: id, serverMsgId: id, ...(!receipt && { message: message as unknown as Message }) }
    task.waiters.forEach(({ resolve }) => resolve(result))
    if (!receipt) deps.emit('onReceivedMessage', { id, mid: id, to })
  }

  const publish = (task: Task) => {
    task.phase = 'publishing'
    log(1, 'message', 'sent', () => ({ id: task.message.id }))
    link.publish(`${deps.org}/${deps.app}/${task.key}/${user}`, encode(task.message), (error) => {
      if (closed || !tasks.has(task.message.id)) return
      if (!error) succeed(task)
      else if (!kept.has(error.name)) fail(task, error)
      else {
        task.phase = 'waiting'
        pumpSoon(retryDelay)
      }
    })
  }

  const upload = (task: Task) => {
    task.phase = 'uploading'
    task.abort = deps.upload(task.message, task.onProgress, (result) => {
      task.abort = none
      if (result instanceof ConnectionError) return fail(task, result)
      task.message = result
      task.phase = 'saving'
      save(task)
    })
  }

  /** Publishes what may go now. Nothing overtakes within a topic. */
  const pump = () => {
    sweep()
    if (!connected || closed) return
    /** By conversation: how many are under way, and the place of the last of them. */
    const lanes = new Map<string, [count: number, last: number]>()
    tasks.forEach(({ key, phase, order: place }) =>
      lanes.set(key, [0, phase === 'publishing' ? place : (lanes.get(key)?.[1] ?? 0)]),
    )
    tasks.forEach((task) => {
      const lane = lanes.get(task.key)!
      if (++lane[0] > maxInFlight || task.phase === 'publishing') return
      // Everything behind a message that cannot go yet, or that came back while others behind it are out, waits.
      const blocked = task.phase !== 'waiting' || lane[1] > task.order
      if (blocked || task.message.file) lane[0] = Infinity
      if (!blocked) (task.message.file ? upload : publish)(task)
    })
  }

  /** Only ever on a turn of its own, so that a row of outcomes is over before anything is published again. */
  const pumpSoon = (delay: number) => {
    if (closed || (pumping && delay)) return
    cancelPump()
    pumping = true
    cancelPump = clock.schedule(() => {
      pumping = false
      pump()
    }, delay)
  }

  /** Fails what waited too long, and comes back for the next. */
  const sweep = () => {
    cancelSweep()
    const now = clock.now()
    let next = Infinity
    tasks.forEach((task) => {
      if (task.phase === 'publishing' || closed) return
      const left = task.message.time + outboxMaxAge - now
      if (left <= 0) fail(task, new ConnectionError('MessageExpired'))
      else next = Math.min(next, left)
    })
    if (next < Infinity) cancelSweep = clock.schedule(sweep, Math.min(next, 2147483647))
  }

  const save = (task: Task) => {
    void journal.append(['m', task.message, Status.sending, task.order]).then(() => {
      if (closed || tasks.get(task.message.id) !== task || task.phase !== 'saving') return
      task.phase = 'waiting'
      pump()
    })
  }

  const waiting = (task: Task) =>
    new Promise<SendResult>((resolve, reject) => {
      task.waiters.push({ resolve, reject })
    })

  const add: Outbox['add'] = (message, onProgress) => {
    const known = tasks.get(message.id)
    if (known?.key === keyOf(message.chatType, message.to)) return waiting(known)
    if (known) return Promise.reject(new ConnectionError('InvalidMessage', 'id: another message waits under it'))
    if (tasks.size >= outboxMaxCount || bytes + utf8Size(encode(message)) > outboxMaxBytes)
      return Promise.reject(new ConnectionError('QueueFull', `${tasks.size} messages, ${bytes} bytes`))
    const task = enter(message, order + 1, 'saving')
    task.onProgress = onProgress
    log(1, 'message', 'queued', () => ({ id: message.id }))
    save(task)
    return waiting(task)
  }

  return {
    restore: () => {
      history.pending().forEach((item) => enter(item.message, item.order, 'waiting'))
      pumpSoon(0)
    },
    add,
    confirm: (receipt) => {
      const open = Array.from(tasks.values()).find(
        ({ message: { type, to, ids }, phase }) =>
          type === receipt.type &&
          to === receipt.to &&
          phase !== 'publishing' &&
          (ids as string[]).length + receipt.ids.length <= maxIds,
      )
      if (!open) return add(receipt)
      const ids = new Set((open.message.ids as readonly string[]).concat(receipt.ids))
      open.message = { ...open.message, ids: Array.from(ids) }
      open.phase = 'saving'
      save(open)
      return waiting(open)
    },
    cancel: (id) => {
      const task = tasks.get(id)
      if (!task || task.phase === 'publishing') return false
      log(1, 'message', 'cancelled', () => ({ id }))
      fail(task, new ConnectionError('MessageCancelled'))
      return true
    },
    cancelAll: (conversation) => {
      tasks.forEach((task) => {
        if (task.phase !== 'publishing' && (!conversation || task.key === conversation))
          fail(task, new ConnectionError('MessageCancelled'))
      })
    },
    online: (online) => {
      connected = online
      if (online) pumpSoon(0)
    },
    close: () => {
      closed = true
      cancelPump()
      cancelSweep()
      const error = new ConnectionError('ConnectionClosed', 'the message stays in the outbox')
      tasks.forEach(({ waiters, abort }) => {
        abort()
        waiters.forEach(({ reject }) => reject(error))
      })
    },
  }
}
