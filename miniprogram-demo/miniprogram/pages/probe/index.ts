// 真机探测: says what each step does, asks the person for what only they can do, and hands over the file at the end.
import { meant, wrongWith } from '../../im/names'
import { keep, settings } from '../../im/settings'
import { api } from '../../probe/bench'
import { requestOf, type Request } from '../../probe/errands'
import { FILE_NAME, fileOf } from '../../probe/file'
import { type Journal, remember } from '../../probe/journal'
import { currentSession, type Session, start, startAgain, watchSession } from '../../probe/session'
import { steps } from '../../probe/steps'

interface Row {
  readonly id: string
  readonly title: string
  readonly does: string
  readonly state: 'done' | 'now' | 'next'
  readonly note: string
}

function noteOf(journal: Journal, finds: readonly string[]): string {
  const unknown = finds.filter((name) => 'unknown' in (journal.findings[name] ?? {})).length
  if (unknown === 0) return '完成'
  return unknown === finds.length ? '没有结果' : `完成，${unknown} 项未知`
}

const rowsOf = ({ kind, journal }: Session): Row[] =>
  steps.map(({ id, title, does, finds }, index) => {
    const at = journal?.step ?? 0
    const state = index < at ? 'done' : index === at && kind !== 'idle' ? 'now' : 'next'
    const note = state === 'done' ? noteOf(journal!, finds) : state === 'now' ? '进行中' : ''
    return { id, title, does, state, note }
  })

const awake = (keepScreenOn: boolean) => {
  const call = api('setKeepScreenOn')
  if (typeof call === 'function') (call as (options: object) => unknown)({ keepScreenOn, fail: () => undefined })
}

const path = () => `${wx.env.USER_DATA_PATH}/${FILE_NAME}`
const tell = (title: string) => wx.showToast({ title, icon: 'none' })

Page({
  data: {
    rows: [] as Row[],
    kind: 'idle',
    taken: 0,
    of: steps.length,
    resumes: false,
    request: null as Request | null,
    server: '',
    problem: '',
  },
  stop: (): unknown => undefined,

  onLoad() {
    this.setData({ server: settings.server })
    awake(true)
    this.stop = watchSession((session) => {
      const { kind, journal } = session
      this.setData({
        kind,
        rows: rowsOf(session),
        taken: Math.min(journal?.step ?? 0, steps.length),
        resumes: journal !== undefined,
        request: kind === 'asking' ? requestOf(session.errand) : null,
      })
    })
  },

  onUnload() {
    awake(false)
    this.stop()
  },

  edit(event: WechatMiniprogram.Input) {
    this.setData({ server: event.detail.value, problem: '' })
  },

  /** The address that was typed, kept for the next life; '' where it is none. */
  address(): string {
    const server = meant(this.data.server).replace(/([^/:])\/+$/, '$1')
    const problem = wrongWith('server', server)
    this.setData({ problem: problem ?? '' })
    if (problem) return ''
    keep({ ...settings, server })
    return server
  },

  begin() {
    const server = this.address()
    if (server) start(server)
  },

  async again() {
    const server = this.address()
    if (!server) return
    const { confirm } = await wx.showModal({
      title: '重新探测？',
      content: '已有的结果会被清空。',
      confirmText: '重新探测',
    })
    if (confirm) startAgain(server)
  },

  done() {
    const session = currentSession()
    if (session.kind === 'asking') session.answer('done')
  },

  skip() {
    const session = currentSession()
    if (session.kind === 'asking') session.answer('skipped')
  },

  text(): string {
    const { journal } = currentSession()
    return journal ? fileOf(journal, settings.server, steps.length) : ''
  },

  /** Whether a file of one's own may be shared is a question of the probe itself: the answer is in the next copy. */
  note(result: string) {
    const { journal } = currentSession()
    if (!journal) return
    journal.facts.shareFile = result
    remember(journal)
  },

  share() {
    const call = api('shareFileMessage')
    try {
      wx.getFileSystemManager().writeFileSync(path(), this.text(), 'utf8')
    } catch {
      tell('写不了文件，请用“复制结果”')
      return
    }
    if (typeof call !== 'function') {
      this.note('absent')
      tell('这部手机不能分享文件，请用“复制结果”')
      return
    }
    ;(call as typeof wx.shareFileMessage)({
      filePath: path(),
      fileName: FILE_NAME,
      success: () => this.note('ok'),
      fail: ({ errMsg }) => {
        this.note(errMsg)
        if (!errMsg.includes('cancel')) tell('没有分享出去，请用“复制结果”')
      },
    })
  },

  copy() {
    wx.setClipboardData({ data: this.text(), fail: () => tell('没有复制成功') })
  },
})
