// The SDK's log: look, search, hand it over, send it to the server with consent, empty it.
import { ErrorCode, logger, type LogRecord } from 'miniprogram-im'
import { codeOf, faceOf } from '../../im/words'

const names = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']
const MOST = 200

interface Row {
  readonly key: number
  readonly level: number
  readonly levelName: string
  readonly event: string
  readonly time: string
  readonly fields: string
}

const rowOf = ({ t, level, area, event, fields }: LogRecord, key: number): Row => ({
  key,
  level,
  levelName: names[level] ?? '',
  event: `${area}.${event}`,
  time: new Date(t).toTimeString().slice(0, 8),
  fields: fields
    ? Object.entries(fields)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join('  ')
    : '',
})

const size = (bytes: number) => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`)
const tell = (title: string) => wx.showToast({ title, icon: 'none' })
const problem = (error: unknown) => wx.showModal({ title: '没有成功', content: faceOf(error).hint, showCancel: false })

Page({
  data: {
    levels: [{ level: 0, name: '全部' }, ...[2, 3, 4].map((level) => ({ level, name: names[level] ?? '' }))],
    level: 0,
    search: '',
    records: [] as Row[],
    summary: '',
    written: false,
  },
  timer: 0,

  onShow() {
    void this.refresh()
    this.timer = setInterval(() => void this.refresh(), 2000)
  },

  onHide() {
    clearInterval(this.timer)
  },

  onUnload() {
    clearInterval(this.timer)
  },

  async refresh() {
    const text = await logger.export()
    const { level, search } = this.data
    const lines = text.split('\n').slice(1).filter(Boolean) // the first line is the header
    const word = search.trim().toLowerCase()
    const records = lines
      .map((line, key) => rowOf(JSON.parse(line) as LogRecord, key))
      .filter((row) => row.level >= level && `${row.levelName} ${row.event} ${row.fields}`.toLowerCase().includes(word))
      .slice(-MOST)
      .reverse()
    this.setData({ records, summary: `${lines.length} 条 · ${size(text.length)}` })
  },

  choose(event: WechatMiniprogram.TouchEvent<object, object, { level: number }>) {
    this.setData({ level: event.currentTarget.dataset.level })
    void this.refresh()
  },

  find(event: WechatMiniprogram.Input) {
    this.setData({ search: event.detail.value })
    void this.refresh()
  },

  download() {
    logger.download().then(
      ({ how, path }) => {
        this.setData({ written: false })
        if (how === 'path') void wx.showModal({ title: '日志文件', content: path, showCancel: false })
        else void tell(how === 'saved' ? '已保存' : '已分享')
      },
      (error: unknown) => {
        if (codeOf(error) !== ErrorCode.TapRequired) return void problem(error)
        // Writing took longer than this phone remembers a tap: the file is there, one more tap shares it.
        this.setData({ written: true })
        void tell('日志已备好，再点一次分享')
      },
    )
  },

  upload() {
    const consent = async () => {
      const content = '日志会发给服务器的管理员，用来排查连接问题。其中不含密码、令牌和聊天内容。'
      return (await wx.showModal({ title: '上传日志？', content, confirmText: '同意上传' })).confirm
    }
    logger.upload({ consent, allowMetered: true }).then(
      async ({ id, bytes }) => {
        const { confirm } = await wx.showModal({
          title: '已上传',
          content: `编号 ${id}\n共 ${size(bytes)}，把编号告诉客服就能找到。`,
          confirmText: '复制编号',
          cancelText: '关闭',
        })
        if (confirm) wx.setClipboardData({ data: id })
      },
      (error: unknown) => {
        if (codeOf(error) !== ErrorCode.LogConsentRefused) void problem(error)
      },
    )
  },

  async clear() {
    const { confirm } = await wx.showModal({
      title: '清空日志？',
      content: '清空后无法恢复。',
      confirmColor: '#fa5151',
      confirmText: '清空',
    })
    if (!confirm) return
    await logger.clear()
    await this.refresh()
  },
})
