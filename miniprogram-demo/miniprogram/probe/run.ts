// Runs the steps from where the journal stands to the end; whatever becomes of a step, each of its questions gets an answer.
import type { Bench, Done, Errand, Step } from './bench'
import type { Finding, Obstacle } from './finding'
import { begin, type Journal, recall, remember } from './journal'
import { steps } from './steps'

export interface Visitor {
  readonly server: string
  person(errand: Errand): Promise<Done>
  /** After every change. */
  onProgress?(journal: Journal): void
}

/** A step in which the app died so often is left alone. */
const LIVES = 2

const reasonOf = (error: unknown): string =>
  (error as Partial<Obstacle> | undefined)?.unknown ?? `步骤出错：${String(error)}`

export async function runProbe(visitor: Visitor, from: Journal = recall() ?? begin()): Promise<Journal> {
  const journal = from
  const save = (): boolean => {
    const kept = remember(journal)
    visitor.onProgress?.(journal)
    return kept
  }
  const bench: Bench = {
    server: visitor.server,
    find(name, value, seen) {
      journal.findings[name] = seen === undefined ? { value } : { value, seen }
    },
    unknown(name, reason) {
      journal.findings[name] = { unknown: reason }
    },
    found(name) {
      const finding: Finding | undefined = journal.findings[name]
      return finding && 'value' in finding ? finding.value : undefined
    },
    fact: (name, value) => void (journal.facts[name] = value),
    factOf: (name) => journal.facts[name],
    person: (errand) => visitor.person(errand),
    keep(memo) {
      journal.memo = memo
      return save()
    },
  }

  /** A question that an earlier step has answered keeps that answer. */
  function unanswered(step: Step, reason: string): void {
    for (const name of step.finds) journal.findings[name] = journal.findings[name] ?? { unknown: reason }
  }

  async function take(step: Step): Promise<void> {
    const { memo } = journal
    journal.begun++
    save()
    if (memo === undefined && journal.begun > LIVES) {
      unanswered(step, '小程序两次在这一步里被结束')
      return
    }
    try {
      if (memo !== undefined && step.resume) await step.resume(bench, memo)
      else await step.run(bench)
      unanswered(step, '没有得到答案')
    } catch (error) {
      unanswered(step, reasonOf(error))
    }
  }

  for (let step = steps[journal.step]; step; step = steps[journal.step]) {
    await take(step)
    Object.assign(journal, { step: journal.step + 1, begun: 0, memo: undefined })
    save()
  }
  journal.endedAt = journal.endedAt ?? Date.now()
  save()
  return journal
}
