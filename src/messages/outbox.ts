// When a message is published: in order per topic, kept in the files first, within bounds, until the server has it.
import { utf8Size } from '../text/utf8'
import { ConnectionError } from '../part'
import { delayAfter } from '../rest/again'
import type { MessagesHost } from './contract'
import { maxIds } from './fields'
import type { History, Item } from './history'
import type { Journal } from './journal'
import { kindOf } from './kinds'
import { keyOf, type AnyMessage } from './message'
import { encode } from './payload'
import { failed, sending, sent } from './status'
import type { Message, SendOptions, SendResult } from './types'
import { startUpload } from './uploads'

/**
 * Whether it is the message that is refused: by the server for good (its reason code is the cause), or by our own side of the link.
 * Everything else is about the link or the login, and it is published again.
 */
const refuses = ({ name, cause }: ConnectionError): boolean =>
  typeof cause === 'number' || /^(PublishRefused|PacketTooLarge|InvalidArgument)$/.test(name)

/** Messages per topic that may wait for the server's word; receivers remember twice as many ids. */
const maxInFlight = 32
const maxUploads = 2
const maxTries = 4
/** How a message is published again, or its file uploaded again, after a failure that is no refusal. */
const pace = { base: 4000, cap: 60_000 }
const DAY = 86_400_000
/** What a timer can hold. */
const longest = 2147483647

/** What waits may go out; `saving`: on its way into the files. */
const waiting = 0
const saving = 1
const uploading = 2
const publishing = 3

/** What the outbox notes on an item of the history while it waits. */
interface Task extends Item {
  phase?: typeof waiting | typeof saving | typeof uploading | typeof publishing
  size?: number | undefined
  /** Since when it has waited, as far as that is known. */
  since?: number
  /** It certainly never left this phone. */
  unsent?: boolean
  /** In a row, of the upload or of the publish; and before when it is not tried again. */
  failures?: number
  notBefore?: number
  waiters?: ((error?: ConnectionError) => void)[]
  onProgress?: SendOptions['onProgress']
  /** Stops the upload, or the wait for the next try. */
  abort?: () => void
}

const laneOf = ({ message: { chatType, to } }: Task) => keyOf(chatType, to)
const sizeOf = (task: Task) => task.size ?? (task.size = utf8Size(encode(task.message)))

export interface Outbox {
  /** Rejects with QueueFull. Receipts are merged with those that still wait. */
  add(message: AnyMessage, onProgress?: SendOptions['onProgress']): Promise<SendResult>
  /** Takes back what waits and matches; false when nothing does. */
  cancel(matches: (message: AnyMessage) => boolean): boolean
  /** Takes one back because it is recalled: its promise is rejected, and `onMessageFailed` is not told. False: under way, or gone. */
  withdraw(id: string): boolean
  /** It waits, and nobody can have it: it was written in this run of the app and never published. */
  isUnsent(id: string): boolean
  /** The link is there, or gone. */
  online(online: boolean): void
  close(): void
}

export const createOutbox = (
  host: MessagesHost,
  user: string,
  history: History,
  journal: Journal,
  ready: Promise<void>,
): Outbox => {
  const { clock, log, emit, platform } = host
  const { outboxMaxCount, outboxMaxBytes, outboxMaxAge } = host.options
  const tasks = history.pending as ReadonlyMap<string, Task>
  let connected = false
  let closed = false
  /** Outcomes on their way into the files: a phone that dies now sends these messages again. */
  let unwritten = 0
  /** Of all that waits; not known after something left or changed. */
  let bytes: number | undefined
  let due = Infinity
  let cancelPump = (): void => undefined

  /** Milliseconds until the next try. What is definite does not come here. */
  const delayOf = ({ failures = 0 }: Task) => delayAfter(undefined, failures + 1, platform.random(), pace)!

  /** Only ever on a turn of its own, so that a row of outcomes is over before anything is published again. */
  const pumpIn = (delay: number) => {
    const at = clock.now() + delay
    if (closed || at >= due) return
    due = at
    cancelPump()
    cancelPump = clock.schedule(pump, Math.min(delay, longest))
  }

  /** It leaves the outbox. */
  const settle = (task: Task, error?: ConnectionError, isTold = true) => {
    const { message, waiters = [], abort } = task
    const { id, to } = message
    const { about, acked } = kindOf(message)
    const key = laneOf(task)
    unwritten++
    bytes = undefined
    const rows = error ? [] : (acked?.(message, key) ?? [])
    void journal.append(['s', key, error ? failed : sent, [id]], ...rows).then(() => {
      unwritten--
      pumpIn(0)
    })
    abort?.()
    log(error ? 3 : 1, 'message', error ? 'failed' : 'acked', () => ({ id, code: error?.code }))
    waiters.forEach((done) => done(error))
    if (about) {
      if (error && acked && !waiters.length) host.failed(error)
    } else if (!isTold) return
    else if (error) emit('onMessageFailed', { id, to, error })
    else emit('onReceivedMessage', { id, mid: id, to })
  }

  const publish = (task: Task) => {
    const { message } = task
    task.phase = publishing
    task.unsent = false
    log(1, 'message', 'sent', () => ({ id: message.id }))
    const { root, multiDevice } = host.settings
    const { chatType, to, carbonTo } = message
    const { stored, leaves, acked } = kindOf(message)
    const outcome = (then: (refusal?: ConnectionError) => void) => (error?: ConnectionError) => {
      if (closed) return
      if (error && !refuses(error)) {
        task.notBefore = clock.now() + delayOf(task)
        task.failures = (task.failures ?? 0) + 1
        task.phase = waiting
        pumpIn(0)
      } else then(error)
    }
    /** Only once the server has it: no device shows what nobody got. Until both are there the task waits, so both outlive a kill. */
    const copy = (conversation: string) =>
      host.publish(
        `${root}/u/${user}/${user}`,
        encode(message, conversation),
        outcome((refusal) => {
          if (refusal) host.failed(refusal)
          settle(task)
        }),
      )
    if (carbonTo) copy(carbonTo as string)
    else
      host.publish(
        `${root}/${laneOf(task)}/${user}`,
        encode(message),
        outcome((refusal) => {
          const copied = multiDevice && chatType === 'singleChat' && to !== user && (stored ?? leaves ?? acked)
          if (copied && !refusal) copy(laneOf(task))
          else settle(task, refusal)
        }),
      )
  }

  const upload = (task: Task) => {
    const { message, failures = 0, onProgress } = task
    const over = () => closed || tasks.get(message.id) !== task
    const { done, abort } = startUpload(host, message, onProgress)
    task.phase = uploading
    task.abort = abort
    done.then(
      (uploaded) => {
        if (over()) return
        delete task.abort
        task.failures = 0
        void save(uploaded)
      },
      (error: unknown) => {
        if (over()) return
        if (error instanceof ConnectionError && error.name !== 'RestFailed') settle(task, error)
        else if (failures + 1 >= maxTries)
          settle(task, new ConnectionError('UploadFailed', (error as Error).message, error))
        else
          task.abort = clock.schedule(() => {
            // Without a connection a failure says nothing of the file.
            if (connected) task.failures = failures + 1
            task.phase = waiting
            pumpIn(0)
          }, delayOf(task))
      },
    )
  }

  /** Publishes what may go now, and fails what waited too long. */
  const pump = () => {
    let next = Infinity
    let uploads = 0
    const lanes = new Map<string, Task[]>()
    const now = clock.now()
    due = Infinity
    tasks.forEach((task) => {
      // A clock that was wrong by days must not cost a message: of the time before this start no more than a day counts.
      const before = Math.max(0, Math.min(DAY, platform.clock.now() - task.message.time))
      task.since = task.since ?? now - before
      const left = task.since + outboxMaxAge - now
      if (task.phase === publishing || left > 0) {
        const key = laneOf(task)
        const lane = lanes.get(key)
        if (lane) lane.push(task)
        else lanes.set(key, [task])
        if (task.phase === uploading) uploads++
        const rest = (task.notBefore ?? 0) - now
        if (task.phase !== publishing) next = Math.min(next, left, rest > 0 ? rest : left)
      } else settle(task, new ConnectionError('MessageExpired'))
    })
    pumpIn(next)
    if (!connected) return
    lanes.forEach((lane) => {
      const isOut = ({ phase }: Task) => phase === publishing
      let out = lane.filter(isOut).length
      // One that came back waits for those behind it that are still out: nothing overtakes within a topic.
      if (!lane.slice(0, out).every(isOut)) return
      for (; out + unwritten < maxInFlight; out++) {
        const task = lane[out]
        if (!task || task.phase || task.notBefore! > now) return
        if (!task.message.file) publish(task)
        else if (uploads++ < maxUploads) upload(task)
        if (!isOut(task)) return
      }
    })
  }

  const save = (message: AnyMessage): Task => {
    const saved = journal.append(['m', message, sending])
    const task = tasks.get(message.id)!
    task.phase = saving
    task.size = bytes = undefined
    void saved.then(() => {
      if (task.phase !== saving) return
      task.phase = waiting
      pumpIn(0)
    })
    return task
  }

  void ready.then(() => pumpIn(0))

  return {
    add: (message, onProgress) =>
      new Promise((resolve, reject) => {
        const { id, ids = [], type, to, chatType, carbonTo } = message
        const { about, oneToOne } = kindOf(message)
        let task = tasks.get(id)
        if (task && laneOf(task) !== keyOf(chatType, to)) throw new ConnectionError('InvalidMessage', 'id: in use')
        if (!task) {
          const open =
            about &&
            oneToOne &&
            Array.from(tasks.values()).find(
              ({ message: other, unsent }) =>
                other.type === type &&
                other.to === to &&
                other.carbonTo === carbonTo &&
                unsent &&
                (other.ids ?? []).length + ids.length <= maxIds,
            )
          if (open && !ids[0]) task = open
          else if (open) task = save({ ...open.message, ids: Array.from(new Set(open.message.ids!.concat(ids))) })
          else {
            const before = bytes ?? Array.from(tasks.values()).reduce((sum, other) => sum + sizeOf(other), 0)
            const size = utf8Size(encode(message))
            if (tasks.size >= outboxMaxCount || before + size > outboxMaxBytes)
              throw new ConnectionError('QueueFull', `${tasks.size} messages, ${before} bytes`)
            task = save(message)
            task.size = size
            task.onProgress = onProgress
            task.unsent = true
            bytes = before + size
          }
        }
        if (!connected) host.wanted()
        const { waiters = [] } = task
        task.waiters = waiters.concat((error) => {
          if (error) reject(error)
          else
            resolve({
              localMsgId: id,
              serverMsgId: id,
              ...(!about && { message: task.message as unknown as Message }),
            })
        })
      }),
    cancel: (matches) => {
      const found = Array.from(tasks.values()).filter((task) => task.phase !== publishing && matches(task.message))
      found.forEach((task) => settle(task, new ConnectionError('MessageCancelled')))
      return found.length > 0
    },
    withdraw: (id) => {
      const task = tasks.get(id)
      if (!task || task.phase === publishing) return false
      settle(task, new ConnectionError('MessageCancelled'), false)
      return true
    },
    isUnsent: (id) => !!tasks.get(id)?.unsent,
    online: (online) => {
      connected = online
      if (!online) return
      // What failed on the link before says nothing of this one.
      tasks.forEach((task) => delete task.notBefore)
      pumpIn(0)
    },
    close: () => {
      closed = true
      cancelPump()
      const error = new ConnectionError('ConnectionClosed')
      tasks.forEach(({ waiters = [], abort }) => {
        abort?.()
        waiters.forEach((done) => done(error))
      })
    },
  }
}
