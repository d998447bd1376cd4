// The preview's own little server: static files, the addresses for the phones, and a relay for wx.request.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { createPlainServer } from './plain-server'
import type { PreviewConfig } from './preview-config'

export interface PreviewOptions {
  readonly folder: string
  readonly port: number
  readonly config: () => PreviewConfig
  readonly restart?: () => Promise<void>
}

export interface Preview {
  readonly url: string
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}
/** Set by the preview's own pages; a foreign page cannot, without a CORS grant that is never given. */
const MARK = 'x-preview'
// Connection headers belong to each hop; the length is counted anew.
const hopHeaders = ['connection', 'transfer-encoding', 'content-encoding', 'content-length', 'keep-alive']

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Carries one wx.request: a mini-program knows no CORS, the browser does. */
async function relay(request: http.IncomingMessage, response: http.ServerResponse, asked: string): Promise<void> {
  const { method, url, header } = JSON.parse(asked) as { method: string; url: string; header: Record<string, string> }
  const body = await bodyOf(request)
  try {
    const answer = await fetch(url, { method, headers: header, ...(body.length && { body: new Uint8Array(body) }) })
    const answered = Object.fromEntries([...answer.headers].filter(([name]) => !hopHeaders.includes(name)))
    response.setHeader(MARK, encodeHeader(JSON.stringify({ status: answer.status, header: answered })))
    response.end(Buffer.from(await answer.arrayBuffer()))
  } catch {
    response.end() // without the mark: nothing answered
  }
}

/** Headers are Latin-1; JSON says the rest with escapes. */
const encodeHeader = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

export function servePreview({ folder, port, config, restart }: PreviewOptions): Promise<Preview> {
  const plain = createPlainServer()
  // A name that someone else made point here would make this page theirs.
  const isOurs = ({ headers }: http.IncomingMessage) => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://preview')
    const mark = request.headers[MARK]
    if (!isOurs(request)) {
      response.writeHead(403).end()
      return
    }
    if (request.method === 'POST') {
      if (typeof mark !== 'string') response.writeHead(403).end()
      else if (pathname === '/relay') await relay(request, response, mark)
      else if (pathname === '/control/restart' && restart) {
        plain.drop()
        await restart()
        response.end()
      } else response.writeHead(404).end()
      return
    }
    if (pathname === '/config.json') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(config()))
      return
    }
    const file = path.join(folder, path.normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname))
    if (!file.startsWith(folder + path.sep) || !fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': types[path.extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    })
    fs.createReadStream(file).pipe(response)
  }
  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    if (isOurs(request) && request.headers.origin === `http://${request.headers.host ?? ''}`)
      plain.upgrade(request, socket, head)
    else socket.destroy()
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address() as { port: number }
      resolve({
        url: `http://127.0.0.1:${address.port}/`,
        close: () =>
          new Promise((done) => {
            plain.drop()
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}
