// One thing at a time: what is posted while something runs waits until it is complete, in order.

export interface Mailbox<Tool> {
  run(job: (tool: Tool) => void): void
}

/**
 * Every job is given `tool`. `before` runs ahead of the first job, `after` when nothing is left; what `after` posts is run
 * as well, and followed by it. A job that throws does not hold up the rest.
 */
export const createMailbox = <Tool>(tool: Tool, before: () => void, after: () => void): Mailbox<Tool> => {
  const jobs: ((tool: Tool) => void)[] = []
  let busy = false

  const drain = (): void => {
    try {
      for (let next = jobs.shift(); next; next = jobs.shift()) next(tool)
    } finally {
      if (jobs.length > 0) drain()
    }
  }
  const turn = (): void => {
    try {
      drain()
    } finally {
      after()
      if (jobs.length > 0) turn()
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
      } finally {
        jobs.push(job)
        try {
          turn()
        } finally {
          busy = false
        }
      }
    },
  }
}
