// The platform allows no more sockets although this SDK holds few: other code of the mini-program holds them.
import type { Rule } from '../rule'

export const socketBudget: Rule = {
  id: 'socket-budget',
  severity: 'error',
  find({ refusals, maxSockets }) {
    const full = refusals.filter(({ name }) => name === 'SocketBudgetExhausted')
    const [first] = full
    return (
      first && {
        at: first.at,
        values: {
          countTimes: full.length,
          firstAt: first.t,
          own: first.others,
          max: maxSockets ?? 2,
        },
      }
    )
  },
  zh: {
    title: '微信的 WebSocket 名额已被占满',
    text: '从 {firstAt} 起，微信 {countNumber} 次拒绝再打开 WebSocket，而当时本 SDK 只占用 {own} 个（上限 {max} 个）。名额被小程序里的其他代码占用，例如另一个即时通讯、推送或客服 SDK。',
    remedy:
      '在小程序里查找其他 wx.connectSocket 的使用者，关闭不用的连接，并确认它们在 onClose 之后才重新打开。名额一旦空出，本 SDK 会自动连上。',
    answer: '小程序同时打开的连接太多。请完全退出小程序后重新打开；我们会检查原因。',
  },
  en: {
    title: 'Other code holds WeChat’s sockets',
    text: 'From {firstAt} on, WeChat refused {countTimes} to open another WebSocket while this SDK held only {own} (its budget is {max}). Other code of the mini-program holds the rest: another chat, push or support SDK.',
    remedy:
      'Look for other users of wx.connectSocket in the mini-program, close what is not needed, and check that they reopen only after onClose. This SDK connects as soon as a slot is free.',
    answer:
      'The mini-program had too many connections open. Please close it completely and open it again; we will look for the cause.',
  },
}
