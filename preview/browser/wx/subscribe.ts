// WeChat's own question of wx.requestSubscribeMessage, played: the user allows or refuses. A template whose id is `ban` is banned,
// and `error-20004` answers with that error, so that what an app makes of them can be seen.
import type { Decision, Subscriber } from '../../../simulator/core/subscribe'
import { element } from '../element'

export const askedBy =
  (appName: string, overlay: (shown: HTMLElement) => void): Subscriber =>
  (tmplIds) => {
    const error = tmplIds.map((id) => /^error-(\d+)$/.exec(id)?.[1]).find((code) => code !== undefined)
    if (error !== undefined) return Number(error)
    const every = (decision: Decision) =>
      Object.fromEntries(tmplIds.map((id) => [id, id === 'ban' ? ('ban' as const) : decision]))
    if (tmplIds.every((id) => id === 'ban')) return every('ban')
    const refuse = element('button', 'no', '取消')
    const allow = element('button', 'yes', '允许')
    const dialog = element(
      'div',
      'mp-dialog mp-subscribe',
      element('h1', '', `“${appName}”申请发送一次以下消息`),
      element('p', '', '新消息提醒'),
      element('div', 'mp-buttons', refuse, allow),
    )
    const mask = element('div', 'mp-mask', dialog)
    overlay(mask)
    allow.focus()
    return new Promise((resolve) => {
      const end = (decision: Decision) => {
        mask.remove()
        resolve(every(decision))
      }
      refuse.addEventListener('click', () => end('reject'))
      allow.addEventListener('click', () => end('accept'))
    })
  }
