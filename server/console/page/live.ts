// Asks again and again while somebody looks: rests while the tab is hidden or the page paused, and less often while it fails.
import { useEffect, useState } from 'preact/hooks'
import { CallFailed, type Trouble } from './calls'

export interface Live<Data> {
  /** The last answer that came; of this question, never of the one before. */
  readonly data?: Data
  /** When it came, milliseconds since 1970. */
  readonly at?: number
  /** What the last try met, where it failed. */
  readonly trouble?: Trouble
}

const longest = 15_000

/** Makes every live question ask at once. */
const eager = new EventTarget()
export const refresh = (): void => void eager.dispatchEvent(new Event('refresh'))

export function useLive<Data>(
  /** What is asked: another question starts anew. */
  question: string,
  ask: () => Promise<Data>,
  { every, paused }: { every: number; paused: boolean },
): Live<Data> {
  const [answer, setAnswer] = useState<{ readonly question: string; readonly live: Live<Data> }>({ question, live: {} })

  useEffect(() => {
    let ended = false
    let wait = every
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Only the last one asked counts: an answer may be overtaken. */
    let asked = 0

    function tell(change: (before: Live<Data>) => Live<Data>): void {
      setAnswer((before) => ({ question, live: change(before.question === question ? before.live : {}) }))
    }

    async function turn(): Promise<void> {
      clearTimeout(timer)
      const number = ++asked
      try {
        const data = await ask()
        if (ended || number !== asked) return
        wait = every
        tell(() => ({ data, at: Date.now() }))
      } catch (error) {
        if (ended || number !== asked) return
        if (!(error instanceof CallFailed)) throw error
        wait = Math.min(wait * 2, longest)
        const { trouble } = error
        tell((before) => ({ ...before, trouble }))
      }
      if (!paused && !document.hidden) timer = setTimeout(() => void turn(), wait)
    }

    const again = (): void => void turn()
    const seen = (): void => {
      if (document.hidden) clearTimeout(timer)
      else if (!paused) again()
    }
    document.addEventListener('visibilitychange', seen)
    eager.addEventListener('refresh', again)
    again()
    return () => {
      ended = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
      eager.removeEventListener('refresh', again)
    }
  }, [question, every, paused])

  return answer.question === question ? answer.live : {}
}
