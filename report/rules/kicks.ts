// Another session of the same user ends this one: once, or again and again because both sides log in by themselves.
import { ErrorCode } from '../../src/errors/codes'
import type { Refusal } from '../phone'
import type { Language, Rule, Words } from '../rule'

const KICKS = ['UserLoginAnotherDevice', 'KickedByOtherDevice', 'UserKicked'] as const
const LOOP = 3
const WITHIN = 10 * 60000

const kicksOf = (refusals: readonly Refusal[]) =>
  refusals.filter(({ name }) => (KICKS as readonly string[]).includes(name))

/** The longest run of kicks that follow each other within the time. */
const loopOf = (refusals: readonly Refusal[]): readonly Refusal[] => {
  let best: Refusal[] = []
  let run: Refusal[] = []
  for (const kick of kicksOf(refusals)) {
    const last = run.at(-1)
    run = last && kick.t - last.t <= WITHIN ? [...run, kick] : [kick]
    if (run.length > best.length) best = run
  }
  return best.length >= LOOP ? best : []
}

export const kickLoop: Rule = {
  id: 'kick-loop',
  severity: 'error',
  find({ refusals }) {
    const loop = loopOf(refusals)
    const [first] = loop
    return (
      first && {
        at: first.at,
        values: { countTimes: loop.length, firstAt: first.t, spanMs: loop.at(-1)!.t - first.t, code: first.code },
      }
    )
  },
  zh: {
    title: '同一账号在多处登录，循环互踢',
    text: '从 {firstAt} 起的 {spanMs}内，连接被踢下线 {countTimes}（{code}），每次之后又重新登录。多半是两台设备，或同一小程序里的两个实例，在用同一账号并自动重新登录。',
    remedy:
      '收到 206、217 或 31010 后不要自动 open()，应回到登录页让用户决定；如果需要多端同时在线，设置 multiDevice: true；检查代码是否重复创建了连接。',
    answer: '您的账号同时在多处登录，互相挤下线。请只在一台设备上登录；如果不是您本人的设备，请修改密码。',
  },
  en: {
    title: 'Two logins of the same user keep kicking each other',
    text: 'From {firstAt} on, within {spanMs}, the connection was ended by another login {countTimes} ({code}) and logged in again each time. Most likely two devices, or two instances in one mini-program, use this user and log in again by themselves.',
    remedy:
      'After 206, 217 or 31010 do not open() by yourself: return to the login page and let the user decide. Where several devices are wanted, set multiDevice: true. Look for a connection that is created twice.',
    answer:
      'Your account is logged in at several places that keep ending each other. Please stay logged in on one device only; if the other is not yours, change your password.',
  },
}

/** What ended the session, for each code of its own: title, what happened, what to do, what to tell the user. */
const KINDS: Readonly<Record<(typeof KICKS)[number], Readonly<Record<Language, Words>>>> = {
  UserLoginAnotherDevice: {
    zh: {
      title: '账号在另一台设备登录',
      text: '{lastAt} 同一账号在另一台设备登录，服务器因此结束了这台的会话（206）。',
      remedy: '属于正常行为：返回登录页，不要自动重新登录；需要多端同时在线时设置 multiDevice: true。',
      answer: '您的账号在另一台设备登录，所以这台下线了。如果不是您本人登录，请立即修改密码。',
    },
    en: {
      title: 'The account was logged in on another device',
      text: 'At {lastAt} the same account was logged in on another device, so the server ended this session (206).',
      remedy:
        'This is as it should be: return to the login page, and do not log in again by yourself. Where several devices are wanted, set multiDevice: true.',
      answer:
        'Your account was logged in on another device, so this one was logged out. If that was not you, change your password at once.',
    },
  },
  KickedByOtherDevice: {
    zh: {
      title: '被该用户的另一台设备踢下线',
      text: '{lastAt} 用户在另一台设备上让这台下线（217）。',
      remedy: '属于正常行为：返回登录页。',
      answer: '这台设备是从您的另一台设备上下线的。如果不是您本人操作，请立即修改密码。',
    },
    en: {
      title: 'Another device of the user ended the session',
      text: 'At {lastAt} another device of the user ended this session (217).',
      remedy: 'This is as it should be: return to the login page.',
      answer:
        'This device was logged out from another device of yours. If that was not you, change your password at once.',
    },
  },
  UserKicked: {
    zh: {
      title: '被服务器一侧踢下线',
      text: '{lastAt} 运营人员或你的后台结束了这个会话（31010）；账号没有在别处登录。',
      remedy: '查明是谁、为什么踢下线（服务器日志、后台记录）；客户端返回登录页，由用户决定是否重新登录。',
      answer: '您的登录被我们的后台结束了，可以重新登录。',
    },
    en: {
      title: 'The server side ended the session',
      text: 'At {lastAt} an operator or your own backend ended this session (31010); there was no other login.',
      remedy:
        'Find out who did it and why (the log of the server, of your backend). The app returns to the login page and lets the user decide.',
      answer: 'Your session was ended from our side; you can log in again.',
    },
  },
}

const kickedBy = (name: (typeof KICKS)[number]): Rule => ({
  id: `kicked-${ErrorCode[name]}`,
  severity: 'warn',
  find({ refusals }) {
    const last = refusals.filter((refusal) => refusal.name === name).at(-1)
    return last && loopOf(refusals).length === 0 ? { at: last.at, values: { lastAt: last.t } } : undefined
  },
  zh: KINDS[name].zh,
  en: KINDS[name].en,
})

export const kicked: readonly Rule[] = KICKS.map(kickedBy)
