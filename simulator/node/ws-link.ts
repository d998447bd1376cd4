// Links over real WebSockets, for phones that talk to real servers.
// `ws` is told not to compress: one frame out is one frame on the wire. Its errors become the kinds of link.ts.
import { WebSocket } from 'ws'
import type { Link, LinkFailure } from '../core/link'
import { exact } from '../core/text'

const TLS = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

export function failureOf(error: Error & { code?: string }): LinkFailure {
  const status = /Unexpected server response: (\d+)/.exec(error.message)?.[1]
  if (status !== undefined) return { kind: 'http', status: Number(status) }
  if (/subprotocol/i.test(error.message)) return { kind: 'protocol' }
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return { kind: 'dns' }
  if (error.code === 'ECONNREFUSED') return { kind: 'refused' }
  if (error.code === 'ETIMEDOUT') return { kind: 'timeout' }
  return { kind: TLS.test(error.code ?? '') ? 'tls' : 'transport' }
}

/** `ca`: certificates (PEM) to trust besides the usual ones, as a phone trusts what its system does. */
export function createWsLink({ ca }: { ca?: string } = {}): Link {
  return {
    open({ url, protocols, header }, events) {
      const socket = new WebSocket(url, [...protocols], {
        headers: { ...header },
        perMessageDeflate: false,
        ...(ca !== undefined && { ca }),
      })
      let opened = false
      let over = false
      const once = (tell: () => void) => {
        if (over) return
        over = true
        tell()
      }

      socket.on('open', () => {
        opened = true
        if (!over) events.opened({ protocol: socket.protocol, header: {} })
      })
      socket.on('message', (data: Buffer, binary: boolean) => {
        if (!over) events.message(binary ? exact(data) : data.toString('utf8'))
      })
      socket.on('error', (error) => {
        if (!opened) once(() => events.failed(failureOf(error)))
      })
      // 1005: the peer closed without a code. 1006: it did not close at all.
      socket.on('close', (code, reason) => once(() => events.closed(code === 1005 ? 1000 : code, reason.toString())))

      return {
        send(data) {
          if (socket.readyState === WebSocket.OPEN) socket.send(data)
        },
        close(code, reason) {
          if (opened) socket.close(code, reason)
          else socket.terminate()
        },
        terminate() {
          over = true
          socket.terminate()
        },
      }
    },
  }
}
