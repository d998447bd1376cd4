// The rest of what support asks about: a final refusal without a rule of its own, no network, the app's own errors, storage.
import { meaningOf } from '../meanings'
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
      },
    }
  },
  zh: {
    title: '登录被明确拒绝：{whatZh}',
    text: '{lastAt} 服务器或平台以 {code} {name} 拒绝，不会重试。',
    remedy: '{remedyZh}',
  },
  en: {
    title: 'Refused for good: {whatEn}',
    text: 'At {lastAt} the server or the platform refused with {code} {name}; it is not retried.',
    remedy: '{remedyEn}',
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
  },
  en: {
    title: 'All retries were spent',
    text: 'The SDK spent all that autoReconnectNumMax allows {countTimes} and said so through onDisconnected (first at {firstAt}); it tries again when the app or the network returns.',
    remedy: 'If the app should never stop trying, set autoReconnectNumMax to Infinity, or offer a button to reconnect.',
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
  },
  en: {
    title: 'The phone had no network',
    text: 'The phone was without a network {countTimes}, {totalMs} in all.',
    remedy: 'Ask the user about the network; the SDK comes back with it, and spends no attempt meanwhile.',
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
  },
  en: {
    title: 'A handler of the app threw an error',
    text: '{countTimes} (first at {firstAt}): {detail}',
    remedy: 'Correct it in the app’s code; the SDK and the other handlers went on.',
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
  },
  en: {
    title: 'The phone’s storage could not be written',
    text: '{countTimes} (first at {firstAt}): {detail}',
    remedy:
      'The storage may be full: ask the user to free some. The connection works without it; local history may be incomplete.',
  },
}
