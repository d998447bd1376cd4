// Which servers a mini-program may talk to: the domain lists of its administration page.
// Models wechat-runtime.md section 1: scheme and host count, every port is allowed, no parent domains.

const origin = (url: string) => /^([a-z]+:\/\/[^\s/?#:]+)/i.exec(url)?.[1]?.toLowerCase()

/** `undefined` allows everything: "不校验合法域名" in development. */
export function domainCheck(list: readonly string[] | undefined): (url: string) => boolean {
  if (!list) return () => true
  const origins = new Set(list.map(origin))
  return (url) => origins.has(origin(url))
}
