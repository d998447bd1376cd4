// What a developer sees of wx.request, uploadFile and downloadFile.
import type { HttpRequest } from '../../simulator/core/http-port'
import type { PhoneOptions } from '../../simulator/core/phone'
import { decodeUtf8 } from '../../simulator/core/text'
import { createMemoryHttp, type HttpHandler } from '../../simulator/links/memory-http'
import { virtualClock } from '../../simulator/node/clocks'
import { setUp } from './set-up'

const API = 'https://api.test'

function withServer(handler: HttpHandler, options: Partial<PhoneOptions> = {}) {
  const clock = virtualClock()
  const http = createMemoryHttp({ clock })
  const seen: HttpRequest[] = []
  http.serve(API, (request) => {
    seen.push(request)
    return handler(request)
  })
  const all = setUp({ clock, http, ...options })
  const fail = ({ errMsg, errno }: { errMsg: string; errno?: number }) => all.diary.push(`${errMsg} ${errno}`)
  return { ...all, clock, http, seen, fail }
}
const body = (request: HttpRequest | undefined) => decodeUtf8(request?.body ?? new Uint8Array())

test('an object goes as JSON, the answer is parsed; an error status is an answer', async () => {
  const { clock, phone, seen, diary } = withServer(() => ({ status: 404, body: { error: 'none' } }))
  phone.wx.request({
    url: `${API}/token`,
    method: 'POST',
    data: { a: 1 },
    success: ({ statusCode, data, errMsg }) => diary.push(JSON.stringify([statusCode, data, errMsg])),
  })
  await clock.advance(10)
  expect(diary).toEqual(['[404,{"error":"none"},"request:ok"]'])
  expect([seen[0]?.method, seen[0]?.header, body(seen[0])]).toEqual([
    'POST',
    { 'content-type': 'application/json' },
    '{"a":1}',
  ])
})

test('data of a GET goes into the URL, form fields into the body, text and bytes as they are', async () => {
  const { clock, phone, seen } = withServer(() => ({}))
  const { wx } = phone
  wx.request({ url: `${API}/?x=1`, data: { q: 'ä b' } })
  wx.request({
    url: API,
    method: 'POST',
    data: { q: 1 },
    header: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  wx.request({ url: API, method: 'PUT', data: 'text' })
  wx.request({ url: API, method: 'PUT', data: new Uint8Array([104, 105]).buffer })
  await clock.advance(10)
  expect(seen.map((request) => [request.url, body(request)])).toEqual([
    [`${API}/?x=1&q=%C3%A4%20b`, ''],
    [API, 'q=1'],
    [API, 'text'],
    [API, 'hi'],
  ])
})

test('text stays text where it is asked for, or where it is no JSON; bytes come as an ArrayBuffer', async () => {
  const { clock, phone, diary } = withServer(() => ({ body: '7' }))
  const note = ({ data }: { data: unknown }) =>
    diary.push(data instanceof ArrayBuffer ? `bytes ${data.byteLength}` : JSON.stringify(data))
  phone.wx.request({ url: API, success: note })
  phone.wx.request({ url: API, dataType: 'text', success: note })
  phone.wx.request({ url: API, responseType: 'arraybuffer', success: note })
  await clock.advance(10)
  expect(diary).toEqual(['7', '"7"', 'bytes 1'])
})

test('every failure has its text and number', async () => {
  const { clock, phone, http, fail, told } = withServer(() => undefined, {
    allowedDomains: [API, 'https://down.test', 'https://dns.test'],
  })
  http.serve('https://dns.test', () => ({ failure: { kind: 'dns' } }))
  phone.wx.request({ url: 'https://evil.test', fail })
  phone.wx.request({ url: 'nonsense', fail })
  phone.wx.request({ url: 'https://down.test', fail })
  phone.wx.request({ url: 'https://dns.test', fail })
  phone.wx.request({ url: API, timeout: 3000, fail })
  phone.wx.request({ url: API, fail }).abort()
  await clock.advance(59_000)
  expect(told()).toEqual([
    'request:fail abort undefined',
    'request:fail url not in domain list 600002',
    'request:fail invalid url "nonsense" 600009',
    'request:fail errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED 600001',
    'request:fail errcode:-105 cronet_error_code:-105 error_msg:net::ERR_NAME_NOT_RESOLVED 600001',
    'request:fail timeout 5',
  ])
  phone.network.set('none')
  phone.wx.request({ url: API, fail })
  await clock.advance(10)
  expect(told()).toEqual([
    'request:fail errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED 600001',
  ])
  expect(clock.pending()).toEqual([])
})

test('ten at a time, the eleventh waits', async () => {
  const { clock, phone, seen } = withServer(() => undefined)
  const first = phone.wx.request({ url: API })
  for (let i = 0; i < 10; i++) phone.wx.request({ url: API })
  await clock.advance(10)
  expect([seen.length, phone.requests]).toEqual([10, 10])
  first.abort()
  await clock.advance(10)
  expect(seen).toHaveLength(11)
})

test('going to the background interrupts what is under way; the app hears of it on return', async () => {
  const { clock, phone, fail, told } = withServer(() => undefined)
  phone.wx.request({ url: API, fail })
  phone.hide()
  await clock.advance(30_000)
  expect([told(), phone.requests]).toEqual([[], 0])
  phone.quirks.suspendEcho = 100
  phone.show()
  phone.wx.request({ url: API, fail })
  await clock.settle()
  expect(told()).toEqual(['request:fail interrupted 600003', expect.stringContaining('runningState=suspend')])
})

test('half-open: a request hangs until its time is over', async () => {
  const { clock, phone, seen, fail, told } = withServer(() => ({}))
  phone.network.halfOpen(true)
  phone.wx.request({ url: API, timeout: 5000, fail })
  await clock.advance(6000)
  expect([told(), seen.length]).toEqual([['request:fail timeout 5'], 0])
})

test('an upload is a multipart form with progress; the answer is text', async () => {
  const { clock, phone, seen, diary, told } = withServer(() => ({ status: 200, body: { id: 7 } }))
  const path = `${phone.wx.env.USER_DATA_PATH}/a.log`
  phone.wx.getFileSystemManager().writeFileSync(path, 'line\n')
  const task = phone.wx.uploadFile({
    url: `${API}/files`,
    filePath: path,
    name: 'file',
    formData: { to: 'bob' },
    success: ({ data, statusCode }) => diary.push(`${statusCode} ${data}`),
  })
  task.onProgressUpdate(({ progress }) => diary.push(`${progress} %`))
  await clock.advance(10)
  expect(told()).toEqual(['50 %', '100 %', '200 {"id":7}'])
  const boundary = /boundary=(.*)$/.exec(seen[0]!.header['content-type']!)![1]!
  expect(body(seen[0]).split(`--${boundary}`)).toEqual([
    '',
    '\r\nContent-Disposition: form-data; name="to"\r\n\r\nbob\r\n',
    '\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\nContent-Type: application/octet-stream\r\n\r\nline\n\r\n',
    '--\r\n',
  ])
})

test('a file that is not there is not uploaded', async () => {
  const { clock, phone, seen, fail, told } = withServer(() => ({}))
  phone.wx.uploadFile({ url: API, filePath: 'wxfile://usr/none', name: 'file', fail })
  await clock.advance(10)
  expect([told(), seen]).toEqual([["uploadFile:fail file doesn't exist: wxfile://usr/none 1300002"], []])
})

test('a download is a temporary file', async () => {
  const { clock, phone, diary } = withServer(() => ({ body: 'picture' }))
  phone.wx.downloadFile({
    url: API,
    success({ tempFilePath }) {
      diary.push(phone.wx.getFileSystemManager().readFileSync(tempFilePath, 'utf8') as string)
    },
  })
  await clock.advance(10)
  expect(diary).toEqual(['picture'])
})
