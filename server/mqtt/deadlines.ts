// One timer for everything that has a deadline: each is looked at when its time has come, and costs nothing before.
import { steadyNow } from '../clock'

/** Milliseconds: as exact as a deadline is. */
const step = 100

export class Deadlines<One> {
  readonly #buckets = new Map<number, Set<One>>()
  readonly #bucketOf = new Map<One, number>()
  #last = Math.floor(steadyNow() / step)

  /** Looks at it at this moment of the steady clock, or with the next turn of the wheel; only then, whatever was set before. */
  set(one: One, at: number): void {
    const bucket = Math.max(Math.ceil(at / step), this.#last + 1)
    if (this.#bucketOf.get(one) === bucket) return
    this.delete(one)
    this.#bucketOf.set(one, bucket)
    const bucketful = this.#buckets.get(bucket) ?? new Set()
    this.#buckets.set(bucket, bucketful.add(one))
  }

  delete(one: One): void {
    const bucket = this.#bucketOf.get(one)
    if (bucket === undefined) return
    this.#bucketOf.delete(one)
    const bucketful = this.#buckets.get(bucket)!
    bucketful.delete(one)
    if (bucketful.size === 0) this.#buckets.delete(bucket)
  }

  /** Those whose time has come; they have no deadline any more. */
  take(now: number): One[] {
    const due: One[] = []
    const current = Math.floor(now / step)
    // After a pause, however long, no bucket is looked for that is not there.
    const buckets =
      current - this.#last > this.#buckets.size
        ? [...this.#buckets.keys()].filter((bucket) => bucket <= current).sort((a, b) => a - b)
        : Array.from({ length: Math.max(0, current - this.#last) }, (_, i) => this.#last + 1 + i)
    this.#last = Math.max(this.#last, current)
    for (const bucket of buckets) due.push(...(this.#buckets.get(bucket) ?? []))
    for (const one of due) this.delete(one)
    return due
  }
}
