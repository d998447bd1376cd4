// The main package: it stays connected and counts what arrives; it knows nothing of messages.
import { Connection } from 'miniprogram-im/connection'

App({
  waiting: 0,
  /** Whoever shows the number: the page on the screen. */
  counted: () => {},

  onLaunch({ query }) {
    const { url = 'ws://127.0.0.1:7380/mqtt', user = 'alice', token = '' } = query
    this.conn = new Connection({ appKey: 'acme#chat', url, autoReconnectNumMax: Infinity })
    this.conn.on('onWaiting', ({ count }) => {
      this.waiting = count
      this.counted(count)
    })
    // In a real app the token comes from your own server, by the option tokenProvider.
    this.conn.open({ user, accessToken: token, timeout: 0 }).catch(({ code, message }) => console.error(code, message))
  },
})
