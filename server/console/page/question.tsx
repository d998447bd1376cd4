// A question before something happens to somebody: what will, which code the phone shows, and a way out that comes first.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { CallFailed, type Trouble } from './calls'
import { useDesk } from './desk'
import { troubleText } from './gate'

interface QuestionProps {
  readonly title: string
  readonly text: string
  /** What the phone shows: now, and where it differs, at the next login. */
  readonly code?: number
  readonly laterCode?: number
  /** The answer that acts. */
  readonly action: string
  readonly gentle?: boolean
  readonly children?: ComponentChildren
  readonly act: () => Promise<void>
  readonly close: () => void
}

export function Question({ title, text, code, laterCode, action, gentle, children, act, close }: QuestionProps) {
  const { words: w, meanings, language } = useDesk()
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<Trouble>()
  useEffect(() => dialog.current?.showModal(), [])

  const shown = (label: string, number: number) => (
    <p class="shown">
      {label} <b class="code">{number}</b> {meanings[number]?.[language]}
    </p>
  )

  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setBusy(true)
          setTrouble(undefined)
          act()
            .then(() => dialog.current?.close())
            .catch((error: unknown) => {
              if (!(error instanceof CallFailed)) throw error
              setTrouble(error.trouble)
            })
            .finally(() => setBusy(false))
        }}
      >
        <h2 id="question">{title}</h2>
        <p>{text}</p>
        {code === undefined ? <p class="shown">{w.nothingShown}</p> : shown(w.thePhoneShows, code)}
        {laterCode !== undefined && shown(w.blockLater, laterCode)}
        {children}
        <p class="problem" role="alert">
          {trouble && troubleText(trouble, w)}
        </p>
        <div class="answers">
          <button type="button" autoFocus={!children} onClick={() => dialog.current?.close()}>
            {w.cancel}
          </button>
          <button class={gentle ? 'main' : 'danger'} disabled={busy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  )
}
