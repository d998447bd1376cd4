// What every part of the page needs: the words and formats of its language, the calls, the app that is looked at.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Calls } from './calls'
import type { Format } from './format'
import type { Language, Words } from './words'

/** What a code means, as the phone's SDK says it; written into the page by the server. */
export type Meanings = Readonly<Record<number, Readonly<Record<Language, string>>>>

export interface Desk {
  readonly language: Language
  readonly words: Words
  readonly format: Format
  readonly meanings: Meanings
  readonly calls: Calls
  /** `org#app`. */
  readonly app: string
  readonly paused: boolean
  /** Says what was done, where everybody sees and hears it. */
  say(text: string): void
}

export const DeskContext = createContext<Desk | undefined>(undefined)

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('no desk around this part')
  return desk
}
