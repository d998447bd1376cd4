import { createChat, type Chat, type Line } from '../../chat'

let chat: Chat

Page({
  data: { user: '', to: '', text: '', state: '未登录', lines: [] as Line[] },

  // In DevTools, 编译模式 > 启动参数 fills these: server=…&user=alice&to=bob
  onLoad({ server = 'http://127.0.0.1:7380', user = 'alice', to = 'bob' }) {
    this.setData({ user, to })
    chat = createChat(decodeURIComponent(server), {
      state: (state) => this.setData({ state }),
      line: (line) => this.setData({ lines: [...this.data.lines, line] }),
    })
  },

  login() {
    void chat.login(this.data.user)
  },
  send() {
    void chat.send(this.data.to, this.data.text)
    this.setData({ text: '' })
  },
})
