// One thing at a time: what is posted while something runs waits until it is complete, in order.

export interface Mailbox<Tool> {
  run(job: (tool: Tool) => void): void
}

/**
 * Every job is given `tool`. `before` runs ahead of the first job, `after` when nothing is left; what `after` posts is run
 * as well, and followed by it. A job that throws does not hold up the rest.
 */
export const createMailbox = <Tool>(tool: Tool, before: () => void, after: () => void): Mailbox<Tool> => {
  type Job = (tool: Tool) => void
  const jobs: Job[] = []
  let busy = false

  const drain = (first: Job | undefined): void => {
    try {
      for (let next = first; next; next = jobs.shift()) next(tool)
    } finally {
      if (jobs.length > 0) drain(jobs.shift())
    }
  }
  const turn = (first: Job | undefined): void => {
    try {
      drain(first)
    } finally {
      after()
      if (jobs.length > 0) turn(jobs.shift())
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
        try {
          turn(job)
        } finally {
          busy = false
        }
      }
    },
  }
}
