// A network between a process and a server, which can be cut and is whole again for the next connection.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export const createCable = async (port: number) => {
  const ends = new Set<Socket>()
  const held = (socket: Socket) => {
    ends.add(socket)
    socket.on('error', () => undefined).on('close', () => ends.delete(socket))
    return socket
  }
  const server = createServer((socket) => {
    const far = held(connect(port, '127.0.0.1'))
    held(socket).pipe(far).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => ends.forEach((end) => end.destroy())
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    stop: () => {
      cut()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
