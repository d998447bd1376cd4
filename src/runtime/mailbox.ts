// One thing at a time: what is posted while something runs waits until it is complete, in order.

export interface Mailbox {
  run(job: () => void): void
}

/** `before` runs ahead of the first job, `after` when nothing is left. A job that throws does not hold up the rest. */
export const createMailbox = (before: () => void, after: () => void): Mailbox => {
  const jobs: (() => void)[] = []
  let busy = false

  const drain = (): void => {
    try {
      for (let next = jobs.shift(); next; next = jobs.shift()) next()
    } finally {
      if (jobs.length > 0) drain()
    }
  }

  return {
    run: (job) => {
      if (busy) {
        jobs.push(job)
        return
      }
      busy = true
      try {
        before()
        jobs.push(job)
        drain()
        after()
      } finally {
        busy = false
      }
    },
  }
}
