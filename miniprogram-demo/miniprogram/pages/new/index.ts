// How a conversation begins: with a user, in a new group, or in one that exists. What is typed stays until it was accepted.
import { conn, currentAccount } from '../../im/client'
import { learnGroups, noteGroup } from '../../im/groups'
import { meant, wrongWith } from '../../im/names'
import { urlOf, type Talk } from '../../im/talk'
import { faceOf } from '../../im/words'

type Mode = 'user' | 'create' | 'join'
type Field = 'peer' | 'name' | 'members' | 'group'

interface Known {
  readonly id: string
  readonly name: string
}

/** People separate names by whatever their keyboard offers. */
const membersOf = (text: string): string[] => text.split(/[\s,，、;；]+/).filter(Boolean)

const actions: Readonly<Record<Mode, string>> = { user: '开始聊天', create: '建群', join: '加入群' }

Page({
  data: {
    mode: 'user',
    action: actions.user,
    peer: '',
    name: '',
    members: '',
    group: '',
    /** Whoever is brought in is asked first. */
    consent: false,
    problem: '',
    busy: false,
    groups: [] as Known[],
  },

  onShow() {
    conn()
      .getJoinedGroups()
      .then(
        ({ data }) =>
          this.setData({ groups: data.map(({ groupid, groupname }) => ({ id: groupid, name: groupname })) }),
        () => undefined, // without a server there is no list; the conversations are still there
      )
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { mode: Mode }>) {
    const { mode } = event.currentTarget.dataset
    this.setData({ mode, action: actions[mode], problem: '' })
  },

  edit(event: WechatMiniprogram.Input<object, { field: Field }>) {
    this.setData({ [event.currentTarget.dataset.field]: event.detail.value, problem: '' })
  },

  onConsent(event: WechatMiniprogram.SwitchChange) {
    this.setData({ consent: event.detail.value })
  },

  enter(talk: Talk) {
    wx.redirectTo({ url: urlOf(talk) })
  },

  open(event: WechatMiniprogram.TouchEvent<object, object, { id: string }>) {
    this.enter({ peer: event.currentTarget.dataset.id, chatType: 'groupChat' })
  },

  async submit() {
    if (this.data.busy) return
    this.setData({ busy: true, problem: '' })
    try {
      const { mode } = this.data
      const talk = mode === 'user' ? this.withUser() : await (mode === 'create' ? this.create() : this.join())
      if (typeof talk === 'string') this.setData({ problem: talk })
      else {
        learnGroups(conn())
        this.enter(talk)
      }
    } catch (error) {
      const { title, hint, code } = faceOf(error)
      this.setData({ problem: `${title}（${code}）。${hint}` })
    }
    this.setData({ busy: false })
  },

  /** Each of these: where to go, or what is wrong with what was typed. */
  withUser(): Talk | string {
    const peer = meant(this.data.peer)
    if (peer === currentAccount()?.user) return '这是你自己的用户名，请填写对方的'
    return wrongWith('peer', peer) ?? { peer, chatType: 'singleChat' }
  },

  async create(): Promise<Talk | string> {
    const groupname = meant(this.data.name)
    const members = membersOf(this.data.members)
    if (!groupname) return '请给群起个名字'
    const wrong = members.map((member) => ({ member, why: wrongWith('user', member) })).find(({ why }) => why)
    if (wrong) return `“${wrong.member}”：${wrong.why ?? ''}`
    const { data } = await conn().createGroup({ data: { groupname, members, inviteNeedConfirm: this.data.consent } })
    noteGroup(conn().user, data.groupid, groupname)
    return { peer: data.groupid, chatType: 'groupChat' }
  },

  async join(): Promise<Talk | string> {
    const groupId = meant(this.data.group)
    const wrong = wrongWith('group', groupId)
    if (wrong) return wrong
    await conn().joinGroup({ groupId })
    return { peer: groupId, chatType: 'groupChat' }
  },
})
