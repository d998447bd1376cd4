// The rest of what support asks about: a final refusal without a rule of its own, no network, the app's own errors, storage.
import { percent } from '../format'
import { meaningOf } from '../meanings'
import { availabilityOf } from '../online'
import { isFinal, weightOf, type Rule } from '../rule'

const WITH_A_RULE = [
  'DomainNotAllowed',
  'TokenExpired',
  'OneTimePasswordUsed',
  'TokenIncorrect',
  'PlatformMismatch',
  'TokenRefused',
  'UserLoginAnotherDevice',
  'KickedByOtherDevice',
  'UserKicked',
]

/** What the owner of the phone is told, where it is something else than that we look into it. */
const ANSWERS: Readonly<Record<string, { readonly answerZh: string; readonly answerEn: string }>> = {
  UserBlocked: { answerZh: '您的账号目前被停用。', answerEn: 'Your account is suspended at present.' },
  UserBlockedWhileConnected: { answerZh: '您的账号目前被停用。', answerEn: 'Your account is suspended at present.' },
  UserRemoved: { answerZh: '您的账号已被移除。', answerEn: 'Your account has been removed.' },
  UserDeletedAccount: { answerZh: '您的账号已经注销。', answerEn: 'Your account has been closed.' },
  KickedByChangePassword: {
    answerZh: '您的密码已经修改，请用新密码登录。',
    answerEn: 'Your password was changed; please log in with the new one.',
  },
}
const NO_ANSWER = {
  answerZh: '这是我们这一侧的问题，您不需要做什么，我们正在检查。',
  answerEn: 'This is on our side; you need not do anything, we are looking into it.',
}

export const refused: Rule = {
  id: 'refused',
  severity: 'error',
  find(phone) {
    const last = phone.refusals.filter((refusal) => !WITH_A_RULE.includes(refusal.name) && isFinal(refusal)).at(-1)
    if (!last) return undefined
    const { zh, en } = meaningOf(last.name)
    return {
      at: last.at,
      severity: weightOf(phone, last),
      values: {
        code: last.code,
        name: last.name,
        lastAt: last.t,
        whatZh: zh[0],
        whatEn: en[0],
        remedyZh: zh[1],
        remedyEn: en[1],
        ...(ANSWERS[last.name] ?? NO_ANSWER),
      },
    }
  },
  zh: {
    title: '登录被明确拒绝：{whatZh}',
    text: '{lastAt} 服务器或平台以 {code} {name} 拒绝，不会重试。',
    remedy: '{remedyZh}',
    answer: '{answerZh}',
  },
  en: {
    title: 'Refused for good: {whatEn}',
    text: 'At {lastAt} the server or the platform refused with {code} {name}; it is not retried.',
    remedy: '{remedyEn}',
    answer: '{answerEn}',
  },
}

export const gaveUp: Rule = {
  id: 'gave-up',
  severity: 'warn',
  find({ records }) {
    const times = records.flatMap(({ area, event, fields }, at) =>
      area === 'connection' && event === 'state' && fields.to === 'gaveUp' ? [at] : [],
    )
    return times[0] === undefined
      ? undefined
      : { at: times[0], values: { countTimes: times.length, firstAt: records[times[0]]!.t } }
  },
  zh: {
    title: '重试次数用尽',
    text: 'SDK {countNumber} 次用完了 autoReconnectNumMax 允许的重试并通知 onDisconnected（首次 {firstAt}）；回到前台或网络恢复时会再试。',
    remedy: '若应用希望一直重试，把 autoReconnectNumMax 设为 Infinity，或在界面上提供「重新连接」。',
    answer: '连接多次尝试后停止了。请检查网络，然后重新打开小程序。',
  },
  en: {
    title: 'All retries were spent',
    text: 'The SDK spent all that autoReconnectNumMax allows {countTimes} and said so through onDisconnected (first at {firstAt}); it tries again when the app or the network returns.',
    remedy: 'If the app should never stop trying, set autoReconnectNumMax to Infinity, or offer a button to reconnect.',
    answer: 'The connection stopped after several tries. Please check your network and open the mini-program again.',
  },
}

/** Less than this share of the time in which it could be connected is not what the SDK is for. */
const ENOUGH = 0.9
const LEAST = 60000

export const rarelyOnline: Rule = {
  id: 'rarely-online',
  severity: 'warn',
  find(phone) {
    const { wanted, online } = availabilityOf(phone)
    const at = phone.attempts[0]?.at
    return at === undefined || wanted < LEAST || online >= ENOUGH * wanted
      ? undefined
      : { at, values: { share: percent(online / wanted), goneMs: wanted - online } }
  },
  zh: {
    title: '可以在线的时间里经常不在线',
    text: '小程序在前台、手机也有网络时，只有 {share} 的时间在线，共 {goneMs}没有连上。',
    remedy: '看下面的连接尝试：时间花在哪个阶段，被什么拒绝；同一时间其他用户是否也这样。',
    answer: '您的连接不太稳定，我们正在检查原因。',
  },
  en: {
    title: 'Often not connected though it could have been',
    text: 'With the app in front and a network there it was connected for only {share} of the time; {goneMs} are missing.',
    remedy:
      'Look at the attempts below: which phase takes the time, what refuses; and whether other users had the same at that time.',
    answer: 'Your connection was not stable; we are looking for the cause.',
  },
}

export const offline: Rule = {
  id: 'offline',
  severity: 'info',
  find({ network, records, from, to }) {
    const gone = network.filter(({ what }) => what === 'none')
    const total = gone.reduce((sum, span) => sum + span.to - span.from, 0)
    if (!gone[0] || (gone.length < 3 && total < 0.05 * (to - from))) return undefined
    const at = records.findIndex(
      ({ area, event, fields }) => area === 'app' && event === 'network' && fields.connected === false,
    )
    return { at, values: { countTimes: gone.length, totalMs: total } }
  },
  zh: {
    title: '手机没有网络',
    text: '手机 {countNumber} 次没有网络，共 {totalMs}。',
    remedy: '请用户检查网络；网络恢复后 SDK 会自动连上，期间不消耗重试次数。',
    answer: '您的手机有几段时间没有网络。网络恢复后会自动连上。',
  },
  en: {
    title: 'The phone had no network',
    text: 'The phone was without a network {countTimes}, {totalMs} in all.',
    remedy: 'Ask the user about the network; the SDK comes back with it, and spends no attempt meanwhile.',
    answer: 'Your phone was without a network for some time. The connection comes back with the network by itself.',
  },
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)

const counted =
  (...events: string[]): Rule['find'] =>
  ({ records }) => {
    const found = records.flatMap(({ area, event }, at) => (events.includes(`${area}.${event}`) ? [at] : []))
    const first = records[found[0] ?? -1]
    const { message, detail } = first?.fields ?? {}
    return (
      first && {
        at: found[0]!,
        values: { countTimes: found.length, firstAt: first.t, detail: textOf(message ?? detail) },
      }
    )
  }

export const appError: Rule = {
  id: 'app-error',
  severity: 'warn',
  find: counted('log.listener'),
  zh: {
    title: '应用的事件处理函数抛出了异常',
    text: '{countTimes}（首次 {firstAt}）：{detail}',
    remedy: '修复应用代码中的这个异常；SDK 与其他处理函数不受影响。',
    answer: '小程序里有一个错误，您不需要做什么，我们会修正。',
  },
  en: {
    title: 'A handler of the app threw an error',
    text: '{countTimes} (first at {firstAt}): {detail}',
    remedy: 'Correct it in the app’s code; the SDK and the other handlers went on.',
    answer: 'There is an error in the mini-program that we will correct; you need not do anything.',
  },
}

export const storage: Rule = {
  id: 'storage',
  severity: 'warn',
  find: counted('store.failed', 'log.failed'),
  zh: {
    title: '手机存储写入失败',
    text: '{countTimes}（首次 {firstAt}）：{detail}',
    remedy: '存储可能已满：请用户清理微信存储空间。连接不受影响，但本地记录可能不完整。',
    answer: '手机的存储空间可能已满，请清理微信的存储空间，否则聊天记录可能不完整。',
  },
  en: {
    title: 'The phone’s storage could not be written',
    text: '{countTimes} (first at {firstAt}): {detail}',
    remedy:
      'The storage may be full: ask the user to free some. The connection works without it; local history may be incomplete.',
    answer:
      'The storage of your phone may be full; please free some of WeChat’s storage, or the chat history may be incomplete.',
  },
}
