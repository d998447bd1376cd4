// Invitations into groups, each with the two answers. To accept leads into the group's chat.
import { ErrorCode } from 'miniprogram-im'
import { conn } from '../../im/client'
import { shortTime } from '../../im/clock'
import { noteGroup } from '../../im/groups'
import { answerInvite, learnInvites, watchInvites } from '../../im/invites'
import { urlOf } from '../../im/talk'
import { faceOf } from '../../im/words'

interface Item {
  readonly id: string
  readonly name: string
  readonly told: string
}

type Tap = WechatMiniprogram.TouchEvent<object, object, { id: string }>

Page({
  data: { invites: [] as Item[], problem: '', busy: false },
  stop: (): unknown => undefined,

  onLoad() {
    this.stop = watchInvites((invites) =>
      this.setData({
        invites: invites.map(({ groupid: id, groupname: name, by, affiliations_count: count, invited }) => ({
          id,
          name,
          told: `${by} 邀请你加入，${count} 人，${shortTime(invited)}`,
        })),
      }),
    )
    void learnInvites(conn())
  },

  onUnload() {
    this.stop()
  },

  accept(event: Tap) {
    void this.answer(event.currentTarget.dataset.id, true)
  },

  reject(event: Tap) {
    void this.answer(event.currentTarget.dataset.id, false)
  },

  async answer(id: string, accept: boolean) {
    if (this.data.busy) return
    const name = this.data.invites.find((one) => one.id === id)?.name ?? ''
    this.setData({ busy: true, problem: '' })
    try {
      await answerInvite(conn(), id, accept)
      if (accept) {
        noteGroup(conn().user, id, name)
        wx.redirectTo({ url: urlOf({ peer: id, chatType: 'groupChat' }) })
      }
    } catch (error) {
      this.fail(error)
    }
    this.setData({ busy: false })
  },

  fail(error: unknown) {
    const { title, hint, code } = faceOf(error)
    const isGone = code === ErrorCode.NotGroupMember || code === ErrorCode.GroupNotFound
    this.setData({ problem: isGone ? `这个邀请已经失效（${code}）。` : `${title}（${code}）。${hint}` })
    if (isGone) void learnInvites(conn())
  },
})
