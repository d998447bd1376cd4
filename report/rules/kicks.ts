// Another session of the same user ends this one: once, or again and again because both sides log in by themselves.
import type { Refusal } from '../phone'
import type { Rule } from '../rule'

const KICKS = ['UserLoginAnotherDevice', 'KickedByOtherDevice', 'UserKicked']
const LOOP = 3
const WITHIN = 10 * 60000

const kicksOf = (refusals: readonly Refusal[]) => refusals.filter(({ name }) => KICKS.includes(name))

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
  },
  en: {
    title: 'Two logins of the same user keep kicking each other',
    text: 'From {firstAt} on, within {spanMs}, the connection was ended by another login {countTimes} ({code}) and logged in again each time. Most likely two devices, or two instances in one mini-program, use this user and log in again by themselves.',
    remedy:
      'After 206, 217 or 31010 do not open() by yourself: return to the login page and let the user decide. Where several devices are wanted, set multiDevice: true. Look for a connection that is created twice.',
  },
}

export const kicked: Rule = {
  id: 'kicked',
  severity: 'warn',
  find({ refusals }) {
    const last = kicksOf(refusals).at(-1)
    return last && loopOf(refusals).length === 0
      ? { at: last.at, values: { lastAt: last.t, code: last.code } }
      : undefined
  },
  zh: {
    title: '被踢下线',
    text: '{lastAt} 服务器结束了这个会话（{code}）：账号在别处登录，或被运营人员踢下线。',
    remedy: '属于正常行为：返回登录页，不要自动重新登录。',
  },
  en: {
    title: 'The session was ended by another login or by the operator',
    text: 'At {lastAt} the server ended this session ({code}).',
    remedy: 'This is as it should be: return to the login page, and do not log in again by yourself.',
  },
}
