// The simulator's link over the browser's WebSocket. A browser sends no headers of the app's, and hides why a link failed.
import type { Link } from '../../../simulator/core/link'

export const browserLink: Link = {
  open({ url, protocols }, events) {
    let socket: WebSocket | undefined = new WebSocket(url, [...protocols])
    socket.binaryType = 'arraybuffer'
    let opened = false
    socket.onopen = () => {
      opened = true
      events.opened({ protocol: socket?.protocol ?? '', header: {} })
    }
    socket.onmessage = ({ data }) => events.message(data as ArrayBuffer | string)
    socket.onclose = ({ code, reason }) => {
      if (opened) events.closed(code, reason)
      else events.failed({ kind: 'refused' })
    }
    return {
      send: (data) => socket?.send(data),
      close: (code, reason) => socket?.close(code, reason),
      terminate() {
        if (!socket) return
        // A browser cannot drop a link without a word; this is the nearest to it, and nothing is reported here.
        socket.onopen = socket.onmessage = socket.onclose = null
        socket.close()
        socket = undefined
      },
    }
  },
}
