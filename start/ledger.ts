// What was acknowledged and what arrived: nothing may be missing, nothing may come twice.

export interface Ledger {
  /** The server has it: from now on `to` must get it. */
  acknowledged(id: string, to: string): void
  received(id: string, by: string): void
  /** Ids that are owed and have not arrived. */
  missing(): string[]
  summary(): { sent: number; delivered: number; lost: number; duplicated: number }
}

export const createLedger = (): Ledger => {
  const owed = new Set<string>()
  const arrivals = new Map<string, number>()
  const missing = () => [...owed].filter((key) => !arrivals.has(key))

  return {
    acknowledged: (id, to) => owed.add(`${to} ${id}`),
    received: (id, by) => arrivals.set(`${by} ${id}`, (arrivals.get(`${by} ${id}`) ?? 0) + 1),
    missing,
    summary: () => ({
      sent: owed.size,
      delivered: owed.size - missing().length,
      lost: missing().length,
      duplicated: [...arrivals.values()].filter((times) => times > 1).length,
    }),
  }
}
