// The link died unnoticed while the app was in the background, and was found dead after the return.
import { onlineAgain, type Rule } from '../rule'

const SUSPENDED_AFTER = 5000
const FOUND_WITHIN = 30000
const SOON = 15000
/** How it shows: the probe is not answered, or the platform owns up when something is sent. */
const DEAD = ['HeartbeatTimeout', 'SocketFailed']

export const halfOpen: Rule = {
  id: 'half-open',
  severity: 'info',
  find(phone) {
    const { records, refusals } = phone
    const returns = records.filter(
      ({ area, event, fields }) => area === 'app' && event === 'shown' && Number(fields.away) > SUSPENDED_AFTER,
    )
    const dead = refusals.filter(
      ({ name, t, state }) =>
        DEAD.includes(name) &&
        state === 'online' &&
        returns.some((shown) => shown.t <= t && t - shown.t <= FOUND_WITHIN),
    )
    const [first] = dead
    if (!first) return undefined
    const waits = dead.map(({ t, connection }) => (onlineAgain(phone, connection, t) ?? Infinity) - t)
    const slowest = Math.max(...waits)
    return {
      at: first.at,
      severity: slowest > SOON ? 'warn' : 'info',
      values: { countTimes: dead.length, firstAt: first.t, slowestMs: slowest },
    }
  },
  zh: {
    title: '从后台返回时发现连接已断（半开连接）',
    text: '从后台返回后（{countTimes}），服务器不再应答：微信在后台切断了连接却没有触发 onClose（首次 {firstAt}）。SDK 发现后重新连接，最慢一次：{slowestMs}。',
    remedy: '这是微信的正常行为，期间的消息会在重连后送达。若恢复很慢，请查看当时的网络和服务器。',
    answer: '小程序切到后台时，微信会断开连接，回到前台后会自动恢复，期间的消息会补上。',
  },
  en: {
    title: 'The link was found dead after the return from the background (half-open)',
    text: 'On returning from the background ({countTimes}) the server no longer answered: WeChat had cut the link without onClose (first at {firstAt}). The SDK found out and reconnected; the slowest return took {slowestMs}.',
    remedy:
      'This is how WeChat behaves; messages of the meantime arrive after the reconnect. If coming back took long, look at the network and the server at that time.',
    answer:
      'While the mini-program is in the background WeChat cuts the connection; it comes back by itself when you return, with the messages of the meantime.',
  },
}
