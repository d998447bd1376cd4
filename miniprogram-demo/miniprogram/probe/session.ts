// The one run of the probe in this process: pages come and go, it goes on.
import type { Done, Errand } from './bench'
import { forget, type Journal, recall } from './journal'
import { runProbe } from './run'
import { steps } from './steps'

export type Session =
  | { readonly kind: 'idle'; readonly journal: Journal | undefined }
  | { readonly kind: 'running'; readonly journal: Journal }
  | { readonly kind: 'asking'; readonly journal: Journal; readonly errand: Errand; answer(done: Done): void }
  | { readonly kind: 'over'; readonly journal: Journal }

const isWhole = (journal: Journal) => journal.step >= steps.length

function remembered(): Session {
  const journal = recall()
  return journal && isWhole(journal) ? { kind: 'over', journal } : { kind: 'idle', journal }
}

let session: Session = remembered()
const watchers = new Set<(session: Session) => void>()

export const currentSession = (): Session => session

/** A run of an earlier life of the app waits to be gone on with. */
export const isUnfinished = (): boolean => session.kind !== 'over' && session.journal !== undefined

export function watchSession(watcher: (session: Session) => void): () => void {
  watchers.add(watcher)
  watcher(session)
  return () => watchers.delete(watcher)
}

function become(next: Session): void {
  session = next
  watchers.forEach((watcher) => watcher(session))
}

/** Begins, or goes on where an earlier life stood; does nothing while it runs. */
export function start(server: string): void {
  if (session.kind === 'running' || session.kind === 'asking') return
  void runProbe({
    server,
    person: (errand) =>
      new Promise((resolve) => {
        const { journal } = session as { journal: Journal }
        become({
          kind: 'asking',
          journal,
          errand,
          answer(done) {
            become({ kind: 'running', journal })
            resolve(done)
          },
        })
      }),
    onProgress(journal) {
      if (session.kind === 'asking') become({ ...session, journal })
      else become({ kind: 'running', journal })
    },
  }).then((journal) => become({ kind: 'over', journal }))
}

/** Only between runs: everything found is gone. */
export function startAgain(server: string): void {
  if (session.kind === 'running' || session.kind === 'asking') return
  forget()
  become({ kind: 'idle', journal: undefined })
  start(server)
}
