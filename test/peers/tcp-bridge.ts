// Lets clients that know only TCP talk to a WebSocket server: one connection each, bytes as they come.
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { WebSocket } from 'ws'

export interface TcpBridge {
  readonly port: number
  stop(): Promise<void>
}

export async function startTcpBridge(url: string): Promise<TcpBridge> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const web = new WebSocket(url, 'mqtt')
    const early: Buffer[] = []
    web.on('open', () => {
      for (const bytes of early.splice(0)) web.send(bytes)
    })
    web.on('message', (bytes: Buffer) => socket.write(bytes))
    web.on('close', () => socket.end())
    web.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      if (web.readyState === WebSocket.OPEN) web.send(bytes)
      else early.push(bytes)
    })
    socket.on('error', () => web.terminate())
    socket.on('close', () => {
      sockets.delete(socket)
      web.close()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
