// The simulator's HTTP over fetch. Through the preview's own server, because a mini-program knows no CORS.
import type { HttpPort } from '../../../simulator/core/http-port'

export const browserHttp: HttpPort = {
  send({ method, url, header, body }, events) {
    const controller = new AbortController()
    fetch('/relay', {
      method: 'POST',
      headers: { 'x-preview': JSON.stringify({ method, url, header }) },
      body: body ? new Blob([body as Uint8Array<ArrayBuffer>]) : null,
      signal: controller.signal,
    })
      .then(async (response) => {
        const relayed = response.headers.get('x-preview')
        if (!relayed) return events.failed({ kind: 'refused' })
        const { status, header: answered } = JSON.parse(relayed) as { status: number; header: Record<string, string> }
        events.answered({ status, header: answered, body: new Uint8Array(await response.arrayBuffer()) })
      })
      .catch(() => {
        if (!controller.signal.aborted) events.failed({ kind: 'refused' })
      })
    return () => controller.abort()
  },
}
