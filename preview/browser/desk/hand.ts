// A hand that uses the demo on a phone as a person would: looks at what is on screen, types, taps. For the guided tour.
import type { Device } from './device'

export interface Hand {
  /** Logged in, and in the chat with the other one. */
  openChat(peer: string): Promise<void>
  type(text: string): Promise<void>
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Resolves when there is an answer; rejects after so many ms, or when the tour was stopped. */
export async function until<Answer>(
  ask: () => Answer | undefined | null | false,
  signal: AbortSignal,
  ms = 20_000,
): Promise<Answer> {
  for (const end = Date.now() + ms; ;) {
    signal.throwIfAborted()
    const answer = ask()
    if (answer) return answer
    if (Date.now() > end) throw new Error('the phone does not show what was waited for')
    await pause(50)
  }
}

export function createHand({ frame }: Device, signal: AbortSignal, letterMs: number): Hand {
  const page = () => frame.contentDocument?.querySelector('.mp-page:not([hidden])')
  const find = (selector: string) => page()?.querySelector<HTMLElement>(selector) ?? undefined
  const title = () => frame.contentDocument?.querySelector('.mp-title')?.textContent ?? ''
  const see = (selector: string) => until(() => find(selector), signal)

  /** What the phone's backend takes for a tap. */
  async function tap(selector: string): Promise<void> {
    const target = await see(selector)
    for (const type of ['mousedown', 'mouseup']) target.dispatchEvent(new MouseEvent(type, { bubbles: true }))
  }
  async function write(selector: string, text: string): Promise<void> {
    const field = (await see(selector)) as HTMLInputElement | HTMLTextAreaElement
    for (const letter of text) {
      signal.throwIfAborted()
      field.value += letter
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await pause(letterMs)
    }
  }

  return {
    async openChat(peer) {
      await until(() => find('.submit, .row, .new, .draft, .again'), signal)
      if (find('.again')) await tap('.again')
      if (find('.submit') && find('.user')) await tap('.submit')
      if (title() === peer) return
      await until(() => find('.new') ?? find('.draft'), signal)
      if (find('.draft')) return
      const rows = [...(page()?.querySelectorAll<HTMLElement>('.row') ?? [])]
      const row = rows.find((one) => one.querySelector('.name')?.textContent === peer)
      if (row) for (const type of ['mousedown', 'mouseup']) row.dispatchEvent(new MouseEvent(type, { bubbles: true }))
      else {
        await tap('.new')
        await write('.peer input', peer)
        await tap('.submit')
      }
      await see('.draft')
    },
    async type(text) {
      await write('.draft textarea', text)
      await tap('.send')
    },
  }
}
