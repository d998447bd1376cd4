// One phone in plain words: how it was connected, what somebody has to do, and what to answer its owner.
import { isPressing, type Finding } from './diagnosis'
import { dayAndTime, duration, percent } from './format'
import { availabilityOf, type Availability } from './online'
import type { Phone } from './phone'
import type { Language } from './rule'

export type Summary = Readonly<
  Record<
    Language,
    {
      /** For whoever reads the report. */
      readonly text: string
      /** For the owner of the phone, ready to be sent. */
      readonly answer: string
    }
  >
>

const userOf = ({ connections, name }: Phone): string => connections.find(({ user }) => user !== '')?.user ?? name

/** From when to when, by the phone's zone. */
const period = ({ from, to, header }: Phone): string => {
  const zone = header?.zone ?? 0
  const begin = dayAndTime(from, zone)
  const end = dayAndTime(to, zone)
  if (begin === end) return begin
  return begin.slice(0, 5) === end.slice(0, 5) ? `${begin} – ${end.slice(6)}` : `${begin} – ${end}`
}

/** A share of less time than this tells nothing. */
const TELLING = 10000

const sentences = {
  zh: ({ drops, recovered, slowest, logins, online, wanted }: Availability) => {
    if (logins === 0) return wanted === 0 ? '没有尝试登录' : '一次也没有连上'
    const share = wanted < TELLING ? '' : `，可以在线的时间里在线 ${percent(online / wanted)}`
    if (drops === 0) return `没有掉线${share}`
    const back =
      recovered < drops
        ? `，其中 ${drops - recovered} 次到日志结束还没有恢复`
        : drops === 1
          ? `，自己恢复，用了 ${duration(slowest, 'zh')}`
          : `，都自己恢复，最长 ${duration(slowest, 'zh')}`
    return `掉线 ${drops} 次${back}${share}`
  },
  en: ({ drops, recovered, slowest, logins, online, wanted }: Availability) => {
    if (logins === 0) return wanted === 0 ? 'did not try to log in' : 'was never connected'
    const share = wanted < TELLING ? '' : `; connected for ${percent(online / wanted)} of the time in which it could be`
    if (drops === 0) return `did not drop${share}`
    const back =
      recovered < drops
        ? `; ${drops - recovered} of them had not recovered when the log ends`
        : drops === 1
          ? `, recovered by itself in ${duration(slowest, 'en')}`
          : `, recovered by itself each time, at most in ${duration(slowest, 'en')}`
    return `dropped ${drops === 1 ? 'once' : `${drops} times`}${back}${share}`
  },
}

const ANSWERS = {
  zh: {
    greeting: '您好，您发来的连接日志已经看过。',
    fine: (drops: string) => `${drops}没有发现需要您处理的问题。如果再次遇到，请告诉我们大概的时间，并再发一次日志。`,
    drops: (count: number, slowest: string) => `这段时间里连接断开过 ${count} 次，都自动恢复了（最长 ${slowest}）。`,
    thanks: '感谢您的反馈。',
  },
  en: {
    greeting: 'Hello, we have read the connection log that you sent. ',
    fine: (drops: string) =>
      `${drops}We found nothing that you would have to do. If it happens again, please tell us about when, and send the log once more. `,
    drops: (count: number, slowest: string) =>
      `In this time the connection broke ${count === 1 ? 'once' : `${count} times`} and recovered by itself (after ${slowest} at most). `,
    thanks: 'Thank you for telling us.',
  },
}

const answerOf = (language: Language, own: readonly Finding[], { drops, recovered, slowest }: Availability): string => {
  const { greeting, fine, drops: broke, thanks } = ANSWERS[language]
  const told = [...new Set(own.map((finding) => finding[language].answer))].filter((text) => text !== '')
  const gap = language === 'zh' ? '' : ' '
  const dropped = drops > 0 && recovered === drops ? broke(drops, duration(slowest, language)) : ''
  const body = told.length > 0 ? told.map((text) => text + gap).join('') : fine(dropped)
  return `${greeting}${body}${thanks}`
}

export const summarise = (phone: Phone, index: number, findings: readonly Finding[]): Summary => {
  const own = findings.filter((finding) => finding.phone === index)
  const pressing = own.filter(isPressing)
  const availability = availabilityOf(phone)
  const user = userOf(phone)
  const when = phone.records.length > 0 ? period(phone) : ''
  return {
    zh: {
      text:
        when === ''
          ? `${user}：日志里没有记录。`
          : `${user} 在 ${when} ${sentences.zh(availability)}；` +
            (pressing.length > 0
              ? `需要处理：${pressing.map(({ zh }) => zh.title).join('；')}。`
              : '没有需要处理的问题。'),
      answer: answerOf('zh', own, availability),
    },
    en: {
      text:
        when === ''
          ? `${user}: the log has no records.`
          : `${user}, ${when}: ${sentences.en(availability)}. ` +
            (pressing.length > 0
              ? `To be dealt with: ${pressing.map(({ en }) => en.title).join('; ')}.`
              : 'Nothing to be dealt with.'),
      answer: answerOf('en', own, availability),
    },
  }
}
