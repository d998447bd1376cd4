// What a valid address is, without URL: scheme, host, port, path; and which may be dialled in plain.

const ADDRESS = /^(wss?|https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?(\/[^\s?#]*)?(\?[^\s#]*)?$/i
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i

/** Why an address cannot be used, or `undefined`. `plain`: whether `ws:` and `http:` are permitted beyond loopback. */
export const whyNot = (address: unknown, kind: 'ws' | 'http', plain: boolean): string | undefined => {
  const match = typeof address === 'string' ? ADDRESS.exec(address) : undefined
  if (!match) return `not a URL that begins with ${kind}s://`
  const [, scheme = '', host = '', port] = match
  if (!scheme.toLowerCase().startsWith(kind)) return `must begin with ${kind}s://`
  if (port !== undefined && (+port.slice(1) > 65535 || +port.slice(1) === 0))
    return `has no valid port (${port.slice(1)})`
  if (!/[sp]s$/i.test(scheme) && !plain && !LOOPBACK.test(host))
    return `is not encrypted; use ${kind}s://, or set https: false`
  return undefined
}
