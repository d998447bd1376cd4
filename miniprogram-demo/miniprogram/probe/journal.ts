// What the probe knows so far, kept in storage after every word, so that it goes on where it was when the app died.
import type { Finding, Json } from './finding'

export interface Journal {
  readonly format: 1
  readonly startedAt: number
  endedAt: number | undefined
  /** Index of the step that runs or comes next. */
  step: number
  /** How often it was begun. */
  begun: number
  /** Of the running step, for its next life. */
  memo: Json | undefined
  readonly findings: Record<string, Finding>
  readonly facts: Record<string, Json>
}

const KEY = 'probe'
const isJournal = (value: unknown): value is Journal =>
  typeof value === 'object' && value !== null && (value as { format?: unknown }).format === 1

export const begin = (): Journal => ({
  format: 1,
  startedAt: Date.now(),
  endedAt: undefined,
  step: 0,
  begun: 0,
  memo: undefined,
  findings: {},
  facts: {},
})

/** Of the last run, if there was one that this version understands. */
export function recall(): Journal | undefined {
  try {
    const kept: unknown = wx.getStorageSync(KEY)
    return isJournal(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** False where this phone keeps nothing: then the probe does not survive the app. */
export function remember(journal: Journal): boolean {
  try {
    wx.setStorageSync(KEY, journal)
    return true
  } catch {
    return false
  }
}

export function forget(): void {
  try {
    wx.removeStorageSync(KEY)
  } catch {
    // Then there was nothing to forget.
  }
}
