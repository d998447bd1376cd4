// Tells the app's own backend who has messages waiting while nobody of theirs is connected (docs/notifications.md).
// No message waits for it: it looks at what waits a moment later, and what it cannot tell it logs and counts.
import { randomUUID } from 'node:crypto'
import { nobody, type Account, type Holding } from '../account'
import type { Accounts } from '../accounts/accounts'
import { steadyNow } from '../clock'
import type { WebhookFigures } from '../figures/shape'
import type { Groups } from '../groups/groups'
import type { Limits } from '../limits'
import type { Log } from '../log'
import type { Broker } from '../mqtt/broker'
import { userKey } from '../mqtt/registry'
import type { Identity } from '../mqtt/topics'
import { createCaller } from './call'
import { createNotices, type Text } from './notices'
import { keysIn, sign } from './secret'
import { countWaiting } from './waiting'

export interface Webhook {
  figures(): WebhookFigures
  stop(): void
}

export interface WebhookDeps {
  readonly broker: Broker
  readonly account: Account
  readonly accounts: Accounts
  readonly groups: Groups
  readonly limits: Limits
  readonly log: Log
}

const tickMs = 100
/** Senders that a notice names; the messages of others are counted together. */
const mostSenders = 20

export function startWebhook(
  { url, secret, windowMs }: { url: string; secret: string; windowMs: number },
  { broker, account, accounts, groups, limits, log }: WebhookDeps,
): Webhook {
  const keys = keysIn(secret)
  const { webhookCalls: calls, webhookAttempts: attempts, webhookAgeMs: ageMs, webhookPauseMs: pauseMs } = limits
  const caller = createCaller(new URL(url), { calls, timeoutMs: limits.webhookTimeoutMs })
  const notices = createNotices({ windowMs, calls, attempts, ageMs, pauseMs }, Math.random)
  /** Each notice's place in the account. */
  const holdings = new Map<string, Holding>()
  let delivered = 0
  let givenUp = 0
  let lastError: WebhookFigures['lastError']
  let stopped = false

  const identityOf = (key: string): Identity => {
    const [org, app, user = ''] = key.split('/')
    return { app: `${org}/${app}`, user }
  }

  function giveUp(key: string, why: string, count?: number): void {
    givenUp++
    log('notice given up', { user: identityOf(key).user, why, count })
  }

  /** Gives the place back of a notice that is gone. */
  function tidy(key: string): void {
    if (notices.has(key)) return
    holdings.get(key)?.close()
    holdings.delete(key)
  }

  function add(who: Identity): void {
    const key = userKey(who)
    if (!holdings.has(key)) {
      const holding = notices.size < limits.notices ? account.hold(nobody, 'notice', 2 * key.length) : undefined
      if (!holding) return giveUp(key, 'there are too many others')
      holdings.set(key, holding)
    }
    notices.add(key, steadyNow())
  }

  /** Users who are gone or blocked, connected, or have nothing waiting that anybody reads, are told nothing. */
  function waitingFor(who: Identity): ReturnType<typeof countWaiting> | undefined {
    const user = accounts.user(who.app, who.user)
    if (user?.status !== 'active' || broker.isOnline(who)) return undefined
    return countWaiting(who.user, broker.waitingFor(who), user.told ?? 0)
  }

  /** What is told now; `before`: what a call that failed has told, which stays the same while any of it waits. */
  function compose(who: Identity, before: Text | undefined): Text | undefined {
    const waiting = waitingFor(who)
    if (!waiting?.count) return undefined
    if (before && waiting.first <= before.last) return before
    const named = waiting.from.slice(0, mostSenders)
    const from = named.map((sender) => {
      const groupname = sender.group && groups.groupsOf(who.app, who.user).find(({ id }) => id === sender.group)?.name
      return { ...sender, ...(groupname ? { groupname } : {}) }
    })
    const data = {
      app: who.app.replace('/', '#'),
      user: who.user,
      count: waiting.count,
      total: waiting.total,
      from,
      others: waiting.count - named.reduce((sum, { count }) => sum + count, 0),
    }
    const body = JSON.stringify({ type: 'messages.waiting', timestamp: new Date().toISOString(), data })
    return { id: `msg_${randomUUID()}`, body, count: waiting.count, last: waiting.last }
  }

  async function call(key: string, before: Text | undefined): Promise<void> {
    const who = identityOf(key)
    const text = compose(who, before)
    if (!text) {
      notices.drop(key)
      tidy(key)
      return
    }
    if (!holdings.get(key)?.resize(2 * (key.length + text.body.length))) {
      notices.drop(key)
      tidy(key)
      giveUp(key, 'there is no room', text.count)
      return
    }
    const seconds = Math.floor(Date.now() / 1000)
    const outcome = await caller.post(
      {
        'webhook-id': text.id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': sign(keys, text.id, seconds, text.body),
      },
      text.body,
    )
    if (stopped) return
    if (outcome.kind === 'failed') {
      lastError = { at: Date.now(), why: outcome.why }
      log('notice failed', { user: who.user, why: outcome.why })
      if (notices.failed(key, text, steadyNow(), outcome.wait) === 'givenUp') giveUp(key, outcome.why, text.count)
    } else {
      lastError = undefined
      const user = accounts.user(who.app, who.user)
      if (user) {
        user.told = text.last
        accounts.noteUser(user)
      }
      if (outcome.kind === 'unwanted') giveUp(key, 'the backend does not want it (410)', text.count)
      else {
        delivered++
        log('notice', { user: who.user, count: text.count })
      }
      notices.taken(key, steadyNow())
    }
    tidy(key)
    work()
  }

  function work(): void {
    for (let due = notices.next(steadyNow()); due; due = notices.next(steadyNow())) void call(due.key, due.text)
  }

  // What earlier runs left waiting. Numbers of messages begin anew when none is left, so that what was told up to is
  // never beyond what waits.
  for (const { path } of accounts.apps()) {
    for (const user of accounts.search(path, '')) {
      const who = { app: path, user: user.name }
      const newest = broker.waitingFor(who).at(-1)?.seq ?? 0
      if (user.told !== undefined) user.told = Math.min(user.told, newest)
      if (newest > 0) add(who)
    }
  }
  broker.onWaiting(add)

  const ticking = setInterval(() => {
    for (const key of notices.expire(steadyNow())) {
      giveUp(key, 'too old')
      tidy(key)
    }
    work()
  }, tickMs)
  ticking.unref()

  return {
    figures: () => ({ pending: notices.size, delivered, givenUp, ...(lastError ? { lastError } : {}) }),
    stop() {
      stopped = true
      clearInterval(ticking)
      caller.stop()
      for (const holding of holdings.values()) holding.close()
    },
  }
}
