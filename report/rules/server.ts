// Attempt after attempt fails before the login although the phone has a network: the server, or what stands before it.
import type { Attempt, Phone } from '../phone'
import { whatAt, type Rule } from '../rule'

const AWAY = [
  'SocketFailed',
  'SocketTimeout',
  'LinkLost',
  'HeartbeatTimeout',
  'ServerUnavailable',
  'ServerShuttingDown',
  'ServerBusy',
  'HandshakeRefused',
]
const RUN = 3

const failed = (phone: Phone, names: readonly string[]) => (attempt: Attempt) =>
  names.includes(attempt.outcome) && whatAt(phone.network, attempt.to - 1) !== 'none'

/** The longest run of failed attempts without a success between. */
const runOf = (phone: Phone, names: readonly string[]): readonly Attempt[] => {
  const isFailed = failed(phone, names)
  let best: Attempt[] = []
  const runs = new Map<number, Attempt[]>()
  for (const attempt of phone.attempts) {
    const run = isFailed(attempt)
      ? [...(runs.get(attempt.connection) ?? []), attempt]
      : attempt.outcome === 'online'
        ? []
        : (runs.get(attempt.connection) ?? [])
    runs.set(attempt.connection, run)
    if (run.length > best.length) best = run
  }
  return best.length >= RUN ? best : []
}

const mostCommon = (names: readonly string[]) => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}

export const serverDown: Rule = {
  id: 'server-down',
  severity: 'error',
  find(phone) {
    const run = runOf(phone, AWAY)
    const first = run[0]
    const last = run.at(-1)
    if (!first || !last) return undefined
    const back = phone.attempts.some(
      ({ connection, from, outcome }) => connection === first.connection && from >= last.to && outcome === 'online',
    )
    return {
      at: first.at,
      severity: back ? 'warn' : 'error',
      values: {
        countTimes: run.length,
        firstAt: first.from,
        spanMs: last.to - first.from,
        cause: mostCommon(run.map(({ outcome }) => outcome)),
      },
    }
  },
  zh: {
    title: '服务器连不上',
    text: '从 {firstAt} 起的 {spanMs}内，手机有网络，但连续 {countNumber} 次连接都失败（多为 {cause}）。',
    remedy:
      '检查服务器和它前面的负载均衡、证书、防火墙；其他用户若也在同一时间失败，就是服务器一侧的问题。服务器恢复后 SDK 会自动连上。',
    answer: '当时我们的服务器无法连接，与您的手机和网络无关。请稍后再试。',
  },
  en: {
    title: 'The server cannot be reached',
    text: 'From {firstAt} on, for {spanMs}, {countNumber} attempts in a row failed although the phone had a network (mostly {cause}).',
    remedy:
      'Look at the server and at the load balancer, certificate and firewall before it; if other users failed at the same time, it is the server’s side. The SDK connects by itself once it is back.',
    answer:
      'Our server could not be reached at that time; it was neither your phone nor your network. Please try again later.',
  },
}

const repeated =
  (name: string): Rule['find'] =>
  ({ refusals }) => {
    const found = refusals.filter((refusal) => refusal.name === name)
    return found.length >= 2
      ? { at: found[0]!.at, values: { countTimes: found.length, firstAt: found[0]!.t, detail: found[0]!.detail } }
      : undefined
  }

export const tls: Rule = {
  id: 'tls',
  severity: 'error',
  find: repeated('TlsFailed'),
  zh: {
    title: 'TLS 握手失败',
    text: '{countNumber} 次连接在 TLS 握手时失败（首次 {firstAt}；{detail}）。',
    remedy:
      '检查服务器证书是否过期、域名是否匹配、证书链是否完整（缺少中间证书时只有安卓失败）；公共 Wi-Fi 的登录页也会这样。',
    answer: '当时无法建立安全连接。如果您在使用需要登录网页的公共 Wi-Fi，请先完成登录或改用移动网络，再试一次。',
  },
  en: {
    title: 'The TLS handshake fails',
    text: '{countNumber} attempts failed in the TLS handshake (first at {firstAt}; {detail}).',
    remedy:
      'Check that the certificate is valid, names the domain and comes with its whole chain (with an intermediate missing, only Android fails). The login page of a public Wi-Fi looks the same.',
    answer:
      'A secure connection could not be made. If you were on a public Wi-Fi with a login page, please log in there first or use mobile data, then try again.',
  },
}

export const handshake: Rule = {
  id: 'handshake',
  severity: 'error',
  find: repeated('HandshakeRefused'),
  zh: {
    title: '服务器没有接受 WebSocket 升级',
    text: '{countNumber} 次连接得到的是普通 HTTP 应答，而不是 WebSocket（首次 {firstAt}；{detail}）。',
    remedy:
      '检查 url 的路径，以及反向代理是否转发 Upgrade 和 Sec-WebSocket-Protocol；502、503 说明代理后面的服务没有运行。',
    answer: '当时我们的服务器没有正确应答，与您的手机无关。请稍后再试。',
  },
  en: {
    title: 'The server does not accept the WebSocket upgrade',
    text: '{countNumber} attempts were answered with plain HTTP instead of a WebSocket (first at {firstAt}; {detail}).',
    remedy:
      'Check the path of url, and that the proxy passes Upgrade and Sec-WebSocket-Protocol on. 502 and 503 mean that the service behind the proxy is not running.',
    answer: 'Our server did not answer as it should; it was not your phone. Please try again later.',
  },
}
