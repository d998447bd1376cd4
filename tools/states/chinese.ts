// The doc comments of src/machine in Chinese, by their English: a comment that changes has no translation until this follows.
const translations: Readonly<Record<string, string>> = {
  'Not logged in: before open(), and after close().': '未登录：open() 之前，以及 close() 之后。',
  'The token and the endpoint of the next attempt are being fetched.': '正在获取下一次尝试要用的令牌和服务器地址。',
  'The attempt waits for a socket slot.': '这次尝试在等 socket 名额。',
  'The platform was asked for a socket.': '已向平台请求打开 socket。',
  'The socket is open; the server has not accepted the login yet.': 'socket 已打开；服务器还没有接受登录。',
  'Messages flow.': '消息可以收发。',
  'The next attempt is due at `until`.': '到 `until` 时开始下一次尝试。',
  'The phone says that the app is hidden or the network is gone: no attempt is counted, and the next one is made when it says otherwise, or at `defyAt` in spite of it: its word is only a hint, and it is asked again meanwhile.':
    '手机报告小程序在后台，或没有网络：不计重试次数；手机报告恢复后开始下一次尝试，或者到 `defyAt` 时不顾它的报告照样尝试。手机的报告只是提示，其间会再次询问。',
  'All retries after a drop are spent; the return of the app or of the network starts afresh.':
    '掉线后的重试次数用完；小程序回到前台或网络恢复后重新开始。',
  'A definite refusal, or a login that did not come about: only open() starts again.':
    '被明确拒绝，或登录没有成功：只有 open() 能重新开始。',
  'close() or destroy(): waiting for the end of every socket, at most until `until`.':
    'close() 或 destroy()：等待每条 socket 结束，最多等到 `until`。',
  'destroy() is done: nothing happens any more.': 'destroy() 已完成：此后什么都不会发生。',

  'open() was called; `timeout` in milliseconds (<= 0: without end; undefined: autoReconnectNumMax bounds it).':
    '调用了 open()；`timeout` 以毫秒为单位（<= 0：没有期限；undefined：由 autoReconnectNumMax 限制）。',
  'close() was called.': '调用了 close()。',
  'destroy() was called.': '调用了 destroy()。',
  'A new token is to be used and the living link cannot take it: come back with it at once.':
    '要换用新令牌，而现有连接无法更换：立即用新令牌重新连接。',
  'Somebody waits for the link: a message, a publish or a call.': '有消息、发布或调用在等待连接。',
  'The token and the address of the server are there.': '令牌和服务器地址已经拿到。',
  "The app's budget has a socket for this attempt.": '应用的 socket 名额分给了这次尝试。',
  'onOpen.': 'onOpen。',
  'The server accepted the login.': '服务器接受了登录。',
  'The attempt or its link has ended, whoever ended it.': '这次尝试或它的连接已经结束，无论由哪一方结束。',
  'The app is on screen again, after `away` ms.': '小程序回到前台，离开了 `away` 毫秒。',
  'The app left the screen.': '小程序进入后台。',
  'The network came, went or changed its kind.': '网络恢复、中断或换了类型。',
  'The deadline of the state has passed; `late`: the phone slept over it.':
    '当前状态的期限已到；`late`：期限是在手机休眠时过去的。',
  'No socket of this connection is left.': '这个连接的 socket 已经全部关闭。',
}

export const translated: readonly string[] = Object.keys(translations)

export const inChinese = (comment: string): string => {
  const translation = translations[comment]
  if (translation === undefined) throw new Error(`tools/states/chinese.ts does not have “${comment}” in Chinese`)
  return translation
}
