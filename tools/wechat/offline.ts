// Imported first: no name of any host is resolved in this process, so that a tool which asks the network fails at once.
import dns from 'node:dns'

const refuse = (host: string, ...rest: unknown[]): void => {
  const done = rest.at(-1) as (error: Error) => void
  process.nextTick(done, Object.assign(new Error(`offline: ${host}`), { code: 'ENOTFOUND' }))
}

Object.assign(dns, { lookup: refuse })
