// The embedded server as a process of its own, which can be killed at any moment, or given a disk that is full.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface ServerProcess {
  readonly url: string
  readonly api: string
  readonly admin: string
  readonly pid: number
  /** [code, signal]. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>
  /** What it said on stderr. */
  readonly complaints: () => string
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Not through tsx's command, which would put a process between the signal and the server. */
const MAIN = join(__dirname, '../../../server/main.ts')

/** @param fileKiB no file may grow past this many KiB, as on a disk that is full. */
export async function startProcess(
  data: string,
  { port = 0, fileKiB }: { port?: number; fileKiB?: number } = {},
): Promise<ServerProcess> {
  const node = [process.execPath, '--import', 'tsx', MAIN, '--port', String(port), '--data', data, '--quiet']
  // SIGXFSZ ignored: then a write past the limit fails, as on a full disk.
  const limited = ['-c', `trap '' XFSZ; ulimit -f ${(fileKiB ?? 0) * 2}; exec "$@"`, 'sh', ...node]
  const [command, args] = fileKiB === undefined ? [node[0]!, node.slice(1)] : ['sh', limited]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
  })
  running.add(child)
  const exited = once(child, 'exit').then(([code, signal]) => {
    running.delete(child)
    return [code as number | null, signal as NodeJS.Signals | null] as const
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => (complaints += String(chunk)))
  let text = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes('Stop it with')) resolve()
    })
    void exited.then(([code]) => reject(new Error(`the server ended with ${code} before it was up: ${complaints}`)))
  })
  const find = (pattern: RegExp) => pattern.exec(text)![1]!
  return {
    url: find(/(ws:\S+)/),
    api: find(/(http:\S+)/),
    admin: find(/Bearer (\S+)/),
    pid: child.pid!,
    exited,
    complaints: () => complaints,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Ends what a failed test left. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL')
}
