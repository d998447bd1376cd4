// One group: its name and number, its members as they come and go, who may come in, who owns it, and the way out.
import type { GroupEvent } from 'miniprogram-im'
import { conn, currentAccount, follow } from '../../im/client'
import { textsOf } from '../../im/group-lines'
import { nameOfGroup } from '../../im/groups'
import { meant, wrongWith } from '../../im/names'
import { faceOf } from '../../im/words'

type Tap = WechatMiniprogram.TouchEvent<object, object, { name: string }>
/** Many come at once, one event each: the list is asked for once. */
const ASK_AFTER = 200

const told = (error: unknown): string => {
  const { title, hint, code } = faceOf(error)
  return `${title}（${code}）。${hint}`
}

Page({
  data: {
    id: '',
    name: '',
    members: [] as { readonly name: string; readonly owner: boolean }[],
    owns: false,
    me: '',
    /** The name as the owner types it. */
    typed: '',
    consent: false,
    guest: '',
    problem: '',
  },
  unfollow: (): unknown => undefined,
  timer: undefined as number | undefined,

  onLoad({ id = '' }) {
    const group = decodeURIComponent(id)
    const me = currentAccount()?.user ?? ''
    const name = nameOfGroup(me, group)
    this.setData({ id: group, me, name, typed: name })
    this.unfollow = follow({ onGroupEvent: (event) => this.hear(event), onConnected: () => void this.refresh() })
    void this.refresh()
  },

  onUnload() {
    this.unfollow()
    this.cancel()
  },

  cancel() {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
  },

  hear(event: GroupEvent) {
    const { operation, id } = event
    if (id !== this.data.id) return
    if (operation === 'removeMember' || operation === 'destroy') {
      this.cancel()
      this.setData({ members: [], owns: false, problem: `${textsOf(event, this.data.me).join()}。` })
      return
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      void this.refresh()
    }, ASK_AFTER)
  },

  /** `problem` is still to be shown then. */
  async refresh(problem = '') {
    const groupId = this.data.id
    try {
      const [{ data }, info] = await Promise.all([
        conn().listGroupMembers({ groupId }),
        conn().getGroupInfo({ groupId }),
      ])
      const { groupname: name = this.data.name, inviteNeedConfirm: consent = false } = info.data[0] ?? {}
      const members = data.map((one) =>
        'owner' in one ? { name: one.owner, owner: true } : { name: one.member, owner: false },
      )
      const owns = members.some((one) => one.owner && one.name === this.data.me)
      // What the owner is typing stays.
      const typed = this.data.typed === this.data.name ? name : this.data.typed
      this.setData({ members, owns, name, typed, consent, problem })
    } catch (error) {
      this.fail(error)
    }
  },

  fail(error: unknown) {
    this.setData({ problem: told(error) })
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
      if (this.data.consent) wx.showToast({ title: '已邀请，等对方同意', icon: 'none' })
      await this.refresh()
    } catch (error) {
      this.fail(error)
    }
  },

  typeName(event: WechatMiniprogram.Input) {
    this.setData({ typed: event.detail.value, problem: '' })
  },

  async rename() {
    const groupName = meant(this.data.typed)
    if (!groupName) {
      this.setData({ problem: '请给群起个名字' })
      return
    }
    this.setData({ typed: groupName })
    await this.change(() => conn().modifyGroup({ groupId: this.data.id, groupName }))
  },

  async onConsent(event: WechatMiniprogram.SwitchChange) {
    const inviteNeedConfirm = event.detail.value
    this.setData({ consent: inviteNeedConfirm })
    await this.change(() => conn().modifyGroup({ groupId: this.data.id, inviteNeedConfirm }))
  },

  async passOn(event: Tap) {
    const { name: newOwner } = event.currentTarget.dataset
    const { confirm } = await wx.showModal({
      title: `让 ${newOwner} 做群主？`,
      content: '之后只有新群主能改群名、移出成员和解散群。',
      confirmText: '转让',
    })
    if (confirm) await this.change(() => conn().changeGroupOwner({ groupId: this.data.id, newOwner }))
  },

  async remove(event: Tap) {
    const { name: username } = event.currentTarget.dataset
    const { confirm } = await wx.showModal({
      title: `把 ${username} 移出群？`,
      confirmText: '移出',
      confirmColor: '#b3261e',
    })
    if (confirm) await this.change(() => conn().removeGroupMember({ groupId: this.data.id, username }))
  },

  /** What the server refuses is told; either way what is shown is what the server has. */
  async change(make: () => Promise<unknown>) {
    const problem = await make().then(() => '', told)
    await this.refresh(problem)
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
