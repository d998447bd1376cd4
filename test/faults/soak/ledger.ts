// Who sent what to whom, what the server acknowledged, what arrived, what was taken back and what was deleted: nothing lost,
// nothing twice, nothing out of order, and no ghosts: what was taken back or deleted is not there.
import { strict as assert } from 'node:assert'

/** `u/bob` or `g/g1`. */
export type Key = string

export interface Sheet {
  readonly sent: number
  readonly acknowledged: number
  readonly delivered: number
  readonly lost: number
  readonly doubled: number
  readonly outOfOrder: number
  /** Taken back, as their senders have it; deleted on one phone; and what of both can still be read. */
  readonly recalled: number
  readonly deleted: number
  readonly ghosts: number
}

export interface Ledger {
  /** The next text from `from` in this conversation. */
  write(from: string, key: Key): string
  acknowledged(id: string): void
  /** A handler of `by` got this text; `durable`: while the disk took what was written to it. */
  handled(by: string, text: string, durable?: boolean): void
  /** `by` was told that this message is gone; `durable`: as above. */
  toldOfRecall(by: string, id: string, durable: boolean): void
  /** `by` deleted a text of its conversations; `durable`: as above. */
  deleted(by: string, text: string, durable: boolean): void
  /** Senders and conversations, as far as there are any. */
  entries(): { readonly from: string; readonly key: Key; readonly texts: readonly string[] }[]
  /** Compares what `by` keeps of these texts with what was sent; `recalled`: ids that are taken back, as their sender has it. */
  audit(by: string, from: string, key: Key, stored: readonly string[], recalled?: ReadonlySet<string>): void
  /** Texts that handlers got so far. */
  arrived(): number
  sheet(): Sheet
}

/** The id of a message says what was sent, so that an acknowledgement after a restart can be booked. */
export const idOf = (text: string): string => text.replace(/[^\w.-]/g, '-')

/** What comes behind something that was sent after it. */
const disorder = (texts: readonly string[], place: ReadonlyMap<string, number>): string[] =>
  texts.filter((text, n) => n > 0 && place.get(text)! < place.get(texts[n - 1]!)!)

export const createLedger = (): Ledger => {
  const lists = new Map<string, { from: string; key: Key; texts: string[]; place: Map<string, number> }>()
  const acks = new Set<string>()
  const seen = new Map<string, string[]>()
  /** Shown, but the phone had no disk to keep it on. */
  const fleeting = new Set<string>()
  /** Told of a recall, or deleted, by a phone that had no disk to remember it. */
  const forgetful = new Set<string>()
  const deletions = new Set<string>()
  const marks = {
    delivered: new Map<string, number>(),
    recalled: new Set<string>(),
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    ghosts: 0,
  }
  let count = 0

  return {
    write(from, key) {
      const name = `${from}>${key}`
      const list = lists.get(name) ?? { from, key, texts: [], place: new Map<string, number>() }
      lists.set(name, list)
      const text = `${name} ${count++}`
      list.place.set(text, list.texts.length)
      list.texts.push(text)
      return text
    },
    acknowledged: (id) => void acks.add(id),
    handled(by, text, durable = true) {
      const mark = `${by} ${text}`
      if (fleeting.has(mark)) return // shown again, by a phone that had no means to remember it
      if (!durable) fleeting.add(mark)
      const name = `${by}<${text.slice(0, text.indexOf(' '))}`
      seen.set(name, [...(seen.get(name) ?? []), text])
    },
    toldOfRecall(by, id, durable) {
      if (!durable) forgetful.add(`${by} ${id}`)
    },
    deleted(by, text, durable) {
      deletions.add(`${by} ${text}`)
      if (durable) forgetful.delete(`${by} ${idOf(text)}`)
      else forgetful.add(`${by} ${idOf(text)}`)
    },
    entries: () => [...lists.values()],
    audit(by, from, key, stored, recalled = new Set()) {
      const list = lists.get(`${from}>${key}`)!
      const { texts, place } = list
      const handled = seen.get(`${by}<${from}>${key}`) ?? []
      const got = new Set(stored)
      const isGone = (text: string) => recalled.has(idOf(text)) || deletions.has(`${by} ${text}`)
      const mayLack = (text: string) => isGone(text) || fleeting.has(`${by} ${text}`)
      const missing = texts.filter((text) => acks.has(idOf(text)) && !got.has(text) && !mayLack(text))
      const ghosts = stored.filter((text) => isGone(text) && !forgetful.has(`${by} ${idOf(text)}`))
      recalled.forEach((id) => marks.recalled.add(id))
      marks.ghosts += ghosts.length
      marks.lost += missing.length
      marks.doubled += stored.length - got.size + (handled.length - new Set(handled).size)
      marks.outOfOrder += disorder(stored, place).length + disorder(handled, place).length
      marks.delivered.set(`${by}<${from}>${key}`, got.size)
      const where = `${from} to ${key}, as ${by} has it`
      assert.deepEqual(missing, [], `lost: ${where}`)
      assert.equal(stored.length, got.size, `kept twice: ${where}`)
      assert.equal(handled.length, new Set(handled).size, `handed on twice: ${where}`)
      assert.deepEqual(disorder(stored, place), [], `kept out of order: ${where}`)
      assert.deepEqual(disorder(handled, place), [], `handed on out of order: ${where}`)
      assert.deepEqual(
        handled.filter((text) => !got.has(text) && !mayLack(text)),
        [],
        `handed on, but not kept: ${where}`,
      )
      assert.deepEqual(ghosts, [], `taken back or deleted, and still there: ${where}`)
    },
    arrived: () => [...seen.values()].reduce((sum, texts) => sum + texts.length, 0),
    sheet: () => ({
      sent: [...lists.values()].reduce((sum, { texts }) => sum + texts.length, 0),
      acknowledged: [...lists.values()].flatMap(({ texts }) => texts.filter((text) => acks.has(idOf(text)))).length,
      delivered: [...marks.delivered.values()].reduce((sum, got) => sum + got, 0),
      lost: marks.lost,
      doubled: marks.doubled,
      outOfOrder: marks.outOfOrder,
      recalled: marks.recalled.size,
      deleted: deletions.size,
      ghosts: marks.ghosts,
    }),
  }
}
