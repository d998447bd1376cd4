// One group: its number to hand on, its members, who may come in, and the way out.
import { conn, currentAccount } from '../../im/client'
import { nameOfGroup } from '../../im/groups'
import { meant, wrongWith } from '../../im/names'
import { faceOf } from '../../im/words'

Page({
  data: {
    id: '',
    name: '',
    members: [] as { readonly name: string; readonly owner: boolean }[],
    owns: false,
    guest: '',
    problem: '',
  },

  onLoad({ id = '' }) {
    const group = decodeURIComponent(id)
    this.setData({ id: group, name: nameOfGroup(currentAccount()?.user ?? '', group) })
    void this.refresh()
  },

  async refresh() {
    const groupId = this.data.id
    try {
      const { data } = await conn().listGroupMembers({ groupId })
      const members = data.map((one) =>
        'owner' in one ? { name: one.owner, owner: true } : { name: one.member, owner: false },
      )
      const me = currentAccount()?.user
      this.setData({ members, owns: members.some(({ name, owner }) => owner && name === me), problem: '' })
    } catch (error) {
      this.fail(error)
    }
  },

  fail(error: unknown) {
    const { title, hint, code } = faceOf(error)
    this.setData({ problem: `${title}（${code}）。${hint}` })
  },

  copy() {
    wx.setClipboardData({ data: this.data.id })
  },

  edit(event: WechatMiniprogram.Input) {
    this.setData({ guest: event.detail.value, problem: '' })
  },

  async invite() {
    const guest = meant(this.data.guest)
    const problem = wrongWith('user', guest)
    if (problem) {
      this.setData({ problem })
      return
    }
    try {
      await conn().inviteUsersToGroup({ groupId: this.data.id, users: [guest] })
      this.setData({ guest: '' })
      await this.refresh()
    } catch (error) {
      this.fail(error)
    }
  },

  async leave() {
    const { id: groupId, owns } = this.data
    const { confirm } = await wx.showModal({
      title: owns ? '解散这个群？' : '退出这个群？',
      content: owns ? '所有人都会离开，无法恢复。' : '你不会再收到这个群的消息。',
      confirmText: owns ? '解散' : '退出',
      confirmColor: '#b3261e',
    })
    if (!confirm) return
    try {
      await (owns ? conn().destroyGroup({ groupId }) : conn().leaveGroup({ groupId }))
      wx.switchTab({ url: '/pages/conversations/index' })
    } catch (error) {
      this.fail(error)
    }
  },
})
