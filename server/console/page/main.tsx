// Starts the page, and keeps the secret for this tab: closed with it, known to no other.
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CallFailed, callsWith, type Trouble } from './calls'
import type { Meanings } from './desk'
import { Gate } from './gate'
import { Room } from './room'
import type { Language } from './words'

const secretKey = 'administrator-secret'
const languageKey = 'console-language'

const meanings = JSON.parse(document.getElementById('meanings')!.textContent) as Meanings

function Console() {
  const [secret, setSecret] = useState(() => sessionStorage.getItem(secretKey))
  const [apps, setApps] = useState<readonly string[]>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [language, setLanguage] = useState<Language>(() => {
    const chosen = localStorage.getItem(languageKey)
    if (chosen === 'zh' || chosen === 'en') return chosen
    return navigator.language.startsWith('zh') ? 'zh' : 'en'
  })

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])

  const choose = (next: Language): void => {
    localStorage.setItem(languageKey, next)
    setLanguage(next)
  }

  const lock = (why?: Trouble): void => {
    sessionStorage.removeItem(secretKey)
    setSecret(null)
    setApps(undefined)
    setTrouble(why)
  }

  /** Only a secret that the server accepts is kept. */
  async function enter(given: string): Promise<void> {
    try {
      const found = await callsWith(given).apps()
      sessionStorage.setItem(secretKey, given)
      setApps(found.map(({ app }) => app))
      setSecret(given)
      setTrouble(undefined)
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      if (error.trouble.kind === 'wrongSecret') lock()
      setTrouble(error.trouble)
    }
  }

  useEffect(() => {
    if (secret !== null && !apps) void enter(secret)
  }, [])

  if (secret === null || !apps)
    return <Gate language={language} choose={choose} trouble={trouble} enter={enter} reopening={secret !== null} />
  return (
    <Room
      key={secret}
      secret={secret}
      apps={apps}
      meanings={meanings}
      language={language}
      choose={choose}
      lock={lock}
    />
  )
}

render(<Console />, document.getElementById('page')!)
