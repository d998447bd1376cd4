// What a valid address is, without URL: scheme, host, port, path; and which may be dialled in plain.

const ADDRESS = /^(ws|http)(s?):\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?([/?][^\s#]*)?$/i
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i

/** Why an address cannot be used, or `undefined`. `plain`: whether `ws:` and `http:` are permitted beyond loopback. */
export const whyNot = (address: unknown, kind: 'ws' | 'http', plain: boolean): string | undefined => {
  const [, scheme = '', secure, host = '', port = ':1'] =
    (typeof address === 'string' ? ADDRESS.exec(address) : null) ?? []
  if (scheme.toLowerCase() !== kind) return `must be a URL that begins with ${kind}s://`
  if (!(+port.slice(1) > 0 && +port.slice(1) < 65536)) return `has no valid port (${port})`
  return secure || plain || LOOPBACK.test(host) ? undefined : `is not encrypted; use ${kind}s://, or set https: false`
}
