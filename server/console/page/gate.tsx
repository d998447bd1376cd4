// The door of the console: the secret, and what is wrong with it.
import { useState } from 'preact/hooks'
import type { Trouble } from './calls'
import { words, type Language, type Words } from './words'

export function troubleText(trouble: Trouble, w: Words): string {
  switch (trouble.kind) {
    case 'wrongSecret':
      return w.wrongSecret
    case 'throttled':
      return w.throttled(trouble.seconds)
    case 'unreachable':
      return w.unreachable
    case 'refused':
      return `${w.refused} (${trouble.status}): ${trouble.text}`
  }
}

export function LanguageButton({ language, choose }: { language: Language; choose: (next: Language) => void }) {
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <button type="button" class="plain" lang={other === 'zh' ? 'zh-CN' : 'en'} onClick={() => choose(other)}>
      {words[language].language}
    </button>
  )
}

interface GateProps {
  readonly language: Language
  readonly choose: (next: Language) => void
  readonly trouble: Trouble | undefined
  readonly enter: (secret: string) => Promise<void>
  /** The tab has a secret, and it is being tried. */
  readonly reopening: boolean
}

export function Gate({ language, choose, trouble, enter, reopening }: GateProps) {
  const w = words[language]
  const [secret, setSecret] = useState('')
  const [busy, setBusy] = useState(false)
  const wrong = trouble?.kind === 'wrongSecret'
  return (
    <main class="gate">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setBusy(true)
          void enter(secret.trim()).finally(() => setBusy(false))
        }}
      >
        <header>
          <span class="mark" />
          <h1>miniprogram-im</h1>
          <LanguageButton language={language} choose={choose} />
        </header>
        {/* So that a password manager knows whose secret it keeps. */}
        <input type="text" name="username" autocomplete="username" value="administrator" hidden readOnly />
        <label for="secret">{w.secret}</label>
        <input
          id="secret"
          type="password"
          autocomplete="current-password"
          autoFocus
          required
          aria-invalid={wrong}
          aria-describedby="trouble hint"
          value={secret}
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
        <p id="trouble" class="problem" role="alert">
          {trouble && troubleText(trouble, w)}
        </p>
        <button class="main" disabled={busy || (reopening && !trouble)}>
          {w.enter}
        </button>
        <p id="hint" class="faint">
          {w.secretHint}
        </p>
      </form>
    </main>
  )
}
