// The platform refuses the address because the mini-program's settings do not list it.
import type { Rule } from '../rule'

const urlOf = (text: string) => /(?:wss?|https?):\/\/[^\s"/]+/.exec(text)?.[0]

export const domain: Rule = {
  id: 'domain',
  severity: 'error',
  find({ records }) {
    let url = ''
    for (const [at, { area, event, fields }] of records.entries()) {
      const text = JSON.stringify(fields)
      if (area === 'socket' && event === 'open') url = urlOf(text) ?? url
      if (fields.name === 'DomainNotAllowed' || /not in domain/i.test(text))
        return { at, values: { url: urlOf(text) ?? (url || '?') } }
    }
    return undefined
  },
  zh: {
    title: '域名不在小程序的合法域名列表中',
    text: '微信拒绝连接 {url}：该域名没有配置到小程序后台。此前的重试都不会成功，SDK 已停止重试。',
    remedy:
      '在微信公众平台「开发管理 › 开发设置 › 服务器域名」中，把 wss 地址加到 socket 合法域名，把 https 地址加到 request 合法域名；开发时也可以在开发者工具里勾选「不校验合法域名」。',
    answer: '这是小程序配置上的问题，您不需要做什么，我们修正后即可使用。',
  },
  en: {
    title: 'The domain is not in the whitelist of the mini-program',
    text: 'WeChat refuses to connect to {url}: the domain is not among those configured for the mini-program. No retry can help, so the SDK stopped.',
    remedy:
      'In WeChat’s admin console, 开发管理 › 开发设置 › 服务器域名, add the wss address to socket合法域名 and the https address to request合法域名. During development, 不校验合法域名 in DevTools skips the check.',
    answer: 'This is a setting of the mini-program that we have to correct; you need not do anything.',
  },
}
