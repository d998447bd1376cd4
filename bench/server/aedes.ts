// aedes as its README puts it behind WebSockets: no login, no access rules, everything in memory. Prints where it is.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Aedes } from 'aedes1'
import { createWebSocketStream, WebSocketServer } from 'ws'

const main = async (): Promise<void> => {
  const aedes = await Aedes.createBroker()
  const http = createServer()
  new WebSocketServer({ server: http, handleProtocols: () => 'mqtt', perMessageDeflate: false }).on(
    'connection',
    (socket, request) => {
      const stream = createWebSocketStream(socket)
      stream.on('error', () => socket.terminate())
      aedes.handle(stream, request)
    },
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  process.send?.({ url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`, passwords: [] })
  process.on('SIGTERM', () => process.exit(0))
}

void main()
