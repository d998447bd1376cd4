import { listen, say } from '../../messages'

Page({
  data: { to: 'bob', text: '', lines: [] },

  onLoad() {
    listen((lines) => this.setData({ lines }))
  },
  onUnload() {
    listen(() => {})
  },
  send() {
    const { to, text } = this.data
    this.setData({ text: '' })
    say(to, text).catch(({ code, message }) => wx.showToast({ title: `${code} ${message}`, icon: 'none' }))
  },
})
