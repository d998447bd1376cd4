// What was typed and not sent, for each conversation of each user; kept at every key, so that no death of the app loses it.
import { keyOf, type Talk } from './talk'

type Drafts = Readonly<Record<string, string>>

const place = (user: string) => `drafts/${user}`

export const draftsOf = (user: string): Drafts => wx.getStorageSync<Drafts | ''>(place(user)) || {}

export const draftOf = (user: string, talk: Talk): string => draftsOf(user)[keyOf(talk)] ?? ''

export function keepDraft(user: string, talk: Talk, text: string): void {
  const { [keyOf(talk)]: before = '', ...others } = draftsOf(user)
  if (before === text) return
  wx.setStorageSync(place(user), text ? { ...others, [keyOf(talk)]: text } : others)
}
