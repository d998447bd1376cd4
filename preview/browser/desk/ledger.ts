// What became of every message: written, carried, shown, and how often. The same account for both clients on the desk.

export type Step = 'written' | 'sent' | 'acked' | 'failed' | 'received'

export interface Entry {
  readonly id: string
  readonly from: string
  /** When it was written. */
  readonly at: number
  /** Each time that it was handed to the network. */
  readonly sent: number[]
  acked: number | undefined
  failed: boolean
  /** Each time that the other side's app was given it. */
  readonly received: { readonly by: string; readonly at: number }[]
}

export interface Count {
  readonly sent: number
  readonly delivered: number
  /** Still to come: it waits, or is on its way. */
  readonly underway: number
  readonly lost: number
  readonly doubled: number
  readonly mostSockets: number
}

export interface Ledger {
  readonly entries: ReadonlyMap<string, Entry>
  note(phone: string, id: string, step: Step, at: number): void
  sockets(open: number): void
  /** `settled`: nothing that is still to come can come any more. */
  count(settled: boolean): Count
  clear(): void
}

export function createLedger(): Ledger {
  const entries = new Map<string, Entry>()
  let mostSockets = 0

  return {
    entries,
    note(phone, id, step, at) {
      if (step === 'written') {
        const known = entries.get(id)
        // Sent again by its writer: the same message, no new one.
        if (known) known.failed = false
        else entries.set(id, { id, from: phone, at, sent: [], acked: undefined, failed: false, received: [] })
        return
      }
      const entry = entries.get(id)
      if (!entry) return // of a time before this account
      if (step === 'sent') entry.sent.push(at)
      else if (step === 'acked') entry.acked = at
      else if (step === 'failed') entry.failed = true
      else entry.received.push({ by: phone, at })
    },
    sockets(open) {
      mostSockets = Math.max(mostSockets, open)
    },
    count(settled) {
      const all = [...entries.values()].filter(({ failed }) => !failed) // a failure was told to its writer
      const delivered = all.filter(({ received }) => received.length).length
      const missing = all.length - delivered
      return {
        sent: all.length,
        delivered,
        underway: settled ? 0 : missing,
        lost: settled ? missing : 0,
        doubled: all.reduce((sum, { received }) => sum + Math.max(0, received.length - 1), 0),
        mostSockets,
      }
    },
    clear() {
      entries.clear()
      mostSockets = 0
    },
  }
}
