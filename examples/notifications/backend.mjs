// Hears from the message server who has messages waiting, and tells them by a WeChat subscribe message. Node 20, no packages.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

const { APPID, APPSECRET, TEMPLATE, IM_WEBHOOK_SECRET, PORT = 3000 } = process.env
const { WECHAT = 'https://api.weixin.qq.com', VERSION = 'formal' } = process.env // or developer, trial
const key = Buffer.from(IM_WEBHOOK_SECRET.replace('whsec_', ''), 'base64')
const OLD_TOKEN = [40001, 40014, 42001] // WeChat's codes
const NO_SUBSCRIPTION = 43101
const NO_SUCH_USER = 40003

const wechat = async (path, body) => {
  const post = body && { method: 'POST', body: JSON.stringify(body) }
  return (await fetch(WECHAT + path, { ...post, signal: AbortSignal.timeout(5000) })).json()
}

const fetchToken = async () => {
  const wanted = { grant_type: 'client_credential', appid: APPID, secret: APPSECRET }
  const { access_token: value, expires_in, errcode, errmsg } = await wechat('/cgi-bin/stable_token', wanted)
  if (!value) throw new Error(`WeChat gave no access token: ${errcode} ${errmsg}`)
  return { value, until: Date.now() + (expires_in - 60) * 1000 }
}
let token // the promise of one, so that many who ask at once fetch one
const accessToken = async (refused) => {
  const before = token
  const known = await before?.catch(() => undefined)
  const good = known && known.value !== refused && Date.now() < known.until
  if (!good && token === before) token = fetchToken()
  return (await token).value
}

/** Answers WeChat's code. A token that WeChat takes no longer is fetched anew, once. */
const send = async (message, refused) => {
  const value = await accessToken(refused)
  const { errcode, errmsg } = await wechat(`/cgi-bin/message/subscribe/send?access_token=${value}`, message)
  if (OLD_TOKEN.includes(errcode) && refused === undefined) return send(message, value)
  if (![0, NO_SUBSCRIPTION, NO_SUCH_USER].includes(errcode)) throw new Error(`WeChat: ${errcode} ${errmsg}`)
  return errcode
}

const accepted = new Map() // subscriptions that a user has left, as far as we know: your database
const notify = async ({ user, total, from: [{ user: sender, group, groupname }] }) => {
  const left = accepted.get(user) ?? 1 // not known: WeChat knows
  if (left === 0) return 204
  const where = group ? `peer=${group}&chatType=groupChat` : `peer=${encodeURIComponent(sender)}&chatType=singleChat`
  const data = {
    thing1: { value: (groupname ?? sender).slice(0, 20) }, // your user's name for `sender`
    thing2: { value: `${total} 条新消息` },
    time3: { value: new Date().toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16) },
  }
  const message = { touser: user, template_id: TEMPLATE, page: `pages/chat/index?${where}`, data }
  const code = await send({ ...message, miniprogram_state: VERSION, lang: 'zh_CN' })
  accepted.set(user, code === 0 ? left - 1 : 0)
  return code === NO_SUCH_USER ? 410 : 204 // 410: the message server need not come again
}

const genuine = ({ 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given = '' }, body) => {
  if (!(Math.abs(Date.now() / 1000 - at) < 300)) return false // recorded, and played again
  const wanted = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`)
  const fits = (one) => one.length === wanted.length && timingSafeEqual(one, wanted)
  return given.split(' ').some((one) => fits(Buffer.from(one)))
}

const calls = new Map() // a call whose answer was lost comes again, with the same id
const once = async (id, work) => {
  if (!calls.has(id)) calls.set(id, work())
  if (calls.size > 10_000) calls.delete(calls.keys().next().value)
  return calls.get(id).catch((error) => {
    calls.delete(id)
    throw error
  })
}

const answer = async ({ method, url, headers }, body) => {
  if (method === 'POST' && url === '/subscribed') {
    const query = { appid: APPID, secret: APPSECRET, js_code: JSON.parse(body).code, grant_type: 'authorization_code' }
    const { openid } = await wechat(`/sns/jscode2session?${new URLSearchParams(query)}`)
    if (openid) accepted.set(openid, (accepted.get(openid) ?? 0) + 1)
    return openid ? 204 : 403
  }
  if (method !== 'POST' || url !== '/im-waiting') return 404
  if (!genuine(headers, body)) return 401
  return once(headers['webhook-id'], () => notify(JSON.parse(body).data))
}

createServer(async (request, response) => {
  try {
    const chunks = []
    let size = 0
    for await (const chunk of request)
      if ((size += chunks.push(chunk) && chunk.length) > 100_000) return request.destroy()
    response.statusCode = await answer(request, Buffer.concat(chunks).toString())
  } catch (error) {
    console.error(error.message)
    response.statusCode = 502 // the message server tries again
  }
  response.end()
}).listen(PORT, () => console.log('listening'))
