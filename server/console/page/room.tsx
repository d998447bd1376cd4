// The page behind the door: which app and view is looked at, whether it is live, and what was just done.
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { callsWith, type Trouble } from './calls'
import { DeskContext, type Desk, type Meanings } from './desk'
import { formatIn } from './format'
import { LanguageButton } from './gate'
import { useLive } from './live'
import { LogList } from './logs'
import { Overview } from './overview'
import { hrefOf, readPlace } from './place'
import { UserPage } from './user'
import { words, type Language } from './words'

interface RoomProps {
  readonly secret: string
  readonly apps: readonly string[]
  readonly meanings: Meanings
  readonly language: Language
  readonly choose: (next: Language) => void
  readonly lock: (why?: Trouble) => void
}

export function Room({ secret, apps, meanings, language, choose, lock }: RoomProps) {
  const [place, setPlace] = useState(() => readPlace(location.hash))
  const [paused, setPaused] = useState(false)
  const [said, setSaid] = useState('')
  const calls = useMemo(() => callsWith(secret), [secret])
  const format = useMemo(() => formatIn(language), [language])
  const app = place.app ?? apps[0]!
  const w = words[language]

  useEffect(() => {
    const moved = (): void => setPlace(readPlace(location.hash))
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])

  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => setSaid(''), 6000)
    return () => clearTimeout(timer)
  }, [said])

  const say = useCallback((text: string) => setSaid(text), [])
  const desk: Desk = useMemo(
    () => ({ language, words: w, format, meanings, calls, app, paused, say }),
    [language, format, calls, app, paused],
  )

  const { data: figures, at, trouble } = useLive('figures', () => calls.figures(), { every: 2000, paused })
  useEffect(() => {
    if (trouble?.kind === 'wrongSecret') lock(trouble)
  }, [trouble])
  useEffect(() => {
    document.title = figures ? `${format.count(figures.online.value)} ${w.online} · miniprogram-im` : 'miniprogram-im'
  }, [figures, language])

  const { view } = place
  const tab = (kind: 'overview' | 'logs', text: string) => (
    <a href={hrefOf(app, { kind })} aria-current={view.kind === kind ? 'page' : undefined}>
      {text}
    </a>
  )

  return (
    <DeskContext.Provider value={desk}>
      <header class="top">
        <span class="mark" />
        <h1>{w.title}</h1>
        {apps.length > 1 ? (
          <select
            aria-label={w.app}
            value={app}
            onChange={(event) => (location.hash = hrefOf(event.currentTarget.value))}
          >
            {apps.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        ) : (
          <span class="app">{app}</span>
        )}
        <nav>
          {tab('overview', w.overview)}
          {tab('logs', w.logs)}
        </nav>
        <span class={`live ${trouble ? 'lost' : paused ? 'paused' : ''}`}>
          <i /> <span>{paused ? w.paused : w.live}</span> {at !== undefined && <time>{format.time(at)}</time>}
        </span>
        <button type="button" class="plain" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? w.resume : w.pause}
        </button>
        <LanguageButton language={language} choose={choose} />
        <button type="button" class="plain" title={w.lockHint} onClick={() => lock()}>
          {w.lock}
        </button>
      </header>
      {trouble && trouble.kind !== 'wrongSecret' && (
        <p class="banner" role="alert">
          {at === undefined ? w.unreachable : `${w.retrying} ${format.time(at)} · ${w.retryingSoon}`}
        </p>
      )}
      <main class={trouble ? 'stale' : ''}>
        {!apps.includes(app) ? (
          <p class="none">
            {w.noApp} {app}
          </p>
        ) : view.kind === 'overview' ? (
          <Overview key={app} figures={figures} />
        ) : view.kind === 'logs' ? (
          <LogList key={app} />
        ) : (
          <UserPage key={`${app}/${view.name}`} name={view.name} />
        )}
      </main>
      <p class={`said ${said ? '' : 'empty'}`} role="status">
        {said}
      </p>
    </DeskContext.Provider>
  )
}
