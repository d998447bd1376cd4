// Finds what hangs: a thread of its own watches the pulse, says which input never ended, and ends the process.
import { Worker } from 'node:worker_threads'
import type { Pulse } from './fuzz'

const WHERE = 8
const code = `
const { workerData: { memory, ms } } = require('node:worker_threads')
const beats = new Int32Array(memory, 0, 2)
const where = new Uint8Array(memory, ${WHERE})
let before = -1
setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now !== before) return void (before = now)
  const length = Atomics.load(beats, 1)
  require('node:fs').writeSync(2, 'no end in sight: ' + Buffer.from(where.slice(0, length)).toString() + '\\n')
  process.kill(process.pid, 'SIGKILL')
}, ms)
`

export interface Watchdog extends Pulse {
  stop(): Promise<unknown>
}

/** @param ms an input that takes longer than this, and up to twice as long, is one that hangs */
export function startWatchdog(ms = Number(process.env.WATCHDOG_MS ?? 60_000)): Watchdog {
  const memory = new SharedArrayBuffer(1024)
  const beats = new Int32Array(memory, 0, 2)
  const worker = new Worker(code, { eval: true, workerData: { memory, ms } })
  worker.unref()
  return {
    beat(where) {
      const text = Buffer.from(where).subarray(0, 1000)
      new Uint8Array(memory, WHERE).set(text)
      Atomics.store(beats, 1, text.length)
      Atomics.add(beats, 0, 1)
    },
    stop: () => worker.terminate(),
  }
}
