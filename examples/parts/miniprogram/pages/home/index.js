const app = getApp()

Page({
  data: { waiting: 0 },

  onShow() {
    app.counted = (waiting) => this.setData({ waiting })
    app.counted(app.waiting)
  },
  openChat() {
    wx.navigateTo({ url: '/chat/pages/talk/index' })
  },
})
