// A phone on the virtual clock with one echoing server, and a diary of what the app on it hears.
import { createPhone, type PhoneOptions } from '../../simulator/core/phone'
import type { ConnectSocketOptions } from '../../simulator/core/sockets'
import { createMemoryNetwork, type MemoryPeer } from '../../simulator/links/memory-link'
import { virtualClock } from '../../simulator/node/clocks'

export const URL = 'wss://im.test/mqtt'

export function setUp(options: Partial<PhoneOptions> = {}) {
  const clock = virtualClock()
  const network = createMemoryNetwork({ clock, latency: 1 })
  const peers: MemoryPeer[] = []
  const heardByServer: string[] = []
  const accept = (peer: MemoryPeer) => {
    peers.push(peer)
    peer.onMessage = (data) => {
      heardByServer.push(typeof data === 'string' ? data : `bytes ${new Uint8Array(data).join(',')}`)
      peer.send(data)
    }
    peer.onClose = (code, reason) => heardByServer.push(`closed ${code} ${reason}`.trim())
  }
  const server = network.listen(URL, accept)
  const phone = createPhone({ clock, link: network, name: 'a', random: () => 0.5, profile: 'android', ...options })

  const diary: string[] = []
  /** Opens a socket as an app does, and writes down all it is told. */
  function connect(more: Partial<ConnectSocketOptions> = {}, name = 's') {
    const task = phone.wx.connectSocket({
      url: URL,
      success: () => diary.push(`${name} success`),
      fail: ({ errMsg }) => diary.push(`${name} fail ${errMsg}`),
      ...more,
    }) as ReturnType<typeof phone.wx.connectSocket> | undefined
    task?.onOpen(() => diary.push(`${name} open`))
    task?.onMessage(({ data }) => diary.push(`${name} message ${typeof data === 'string' ? data : data.byteLength}`))
    task?.onClose(({ code, reason }) => diary.push(`${name} close ${code} ${reason}`.trim()))
    task?.onError(({ errMsg }) => diary.push(`${name} error ${errMsg}`))
    return task!
  }
  const told = () => diary.splice(0)
  const note = (what: string) => () => void diary.push(what)
  /** How an API call ended. */
  const outcome = (what: string) => ({
    success: note(`${what} ok`),
    fail: ({ errMsg }: { errMsg: string }) => void diary.push(`${what} ${errMsg}`),
  })
  return { clock, network, server, accept, peers, heardByServer, phone, diary, connect, told, note, outcome }
}
