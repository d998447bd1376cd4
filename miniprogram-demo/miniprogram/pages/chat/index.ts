// One conversation. What is shown is what the phone's history says, read again whenever the SDK reports a change.
// A draft leaves its box only when its message is in that history; the place where one reads is left only by its reader.
import EC, { type NewMessage } from 'miniprogram-im'
import type { Recorded } from '../../components/hold-to-talk/index'
import { fetchFile, pathOf, stillOf } from '../../im/attachments'
import { conn, currentAccount, follow, watch } from '../../im/client'
import { draftOf, type Draft } from '../../im/drafts'
import { emoji } from '../../im/emoji'
import { linesOf, saw } from '../../im/group-lines'
import { nameOfGroup } from '../../im/groups'
import { allRead, note } from '../../im/life'
import { askForNotice, mayOffer, putOff } from '../../im/notices'
import type { Choice, Picked } from '../../im/menu'
import { orderAfter } from '../../im/order'
import { choosePictures, chooseVideo, type Picture, type Video } from '../../im/pictures'
import { hush, play } from '../../im/player'
import { remember, textOf } from '../../im/recalled'
import type { Voice } from '../../im/recorder'
import { patchOf, rowsOf, withLines, type Row } from '../../im/rows'
import { talkOf, type Talk } from '../../im/talk'
import { createTranscript, type Beginning, type Transcript } from '../../im/transcript'
import { faceOf } from '../../im/words'

type Help = '' | 'picture' | 'video' | 'voice'

/** A refusal, above the box of the draft that it concerns. */
interface Notice {
  readonly text: string
  /** What may help: another picture, another video, or the same voice once more. */
  readonly help: Help
}

type Wanted = NewMessage & { readonly id: string }
type Tap<Data extends object> = WechatMiniprogram.TouchEvent<object, object, Data>
interface Box {
  readonly top: number
  readonly height: number
}

type Panel = '' | 'emoji' | 'more'

const nobody: Talk = { peer: '', chatType: 'singleChat' }
const noPanel = '' as Panel
const unread = 'more' as Beginning
const noProgress: Readonly<Record<string, number>> = {}
/** Changes within so many ms are drawn together. */
const DRAW_AFTER = 30
/** Nearer to the end than this, in px, the reader follows what comes. */
const NEAR = 60

Page({
  data: {
    title: '',
    isGroup: false,
    // Rows above and below where reading began. Both only grow at their far end, so that no change moves the others;
    // `older` is shown upside down.
    older: [] as Row[],
    newer: [] as Row[],
    /** What stands above the oldest message. */
    beginning: unread,
    loaded: false,
    draft: '',
    offline: false,
    /** Turns between two ids at the end of the list: naming the other one scrolls there. */
    end: '',
    top: 0,
    /** What came while the reader was elsewhere. */
    unseen: 0,
    notice: null as Notice | null,
    /** Whether notices while away are offered, above the box. */
    offer: false,
    panel: noPanel,
    /** The box is the button that records. */
    talking: false,
    /** The id of the voice that is playing. */
    playing: '',
    emoji,
    /** The message whose menu is open. */
    chosen: null as Row | null,
  },
  talk: nobody,
  me: '',
  transcript: {} as Transcript,
  draft: {} as Draft,
  /** The first row of `newer`. */
  anchor: '',
  timer: undefined as number | undefined,
  loadingOlder: false,
  sending: false,
  /** The newest message of the other side that was read here. */
  confirmed: '',
  visible: true,
  /** The reader is at the end and follows what comes. */
  follows: true,
  height: 0,
  scrolled: 0,
  progress: noProgress,
  /** The voice that could not be put into the list. */
  unsent: undefined as Voice | undefined,
  stop: [] as (() => void)[],

  onLoad(query) {
    const account = currentAccount()
    if (!account) return void wx.reLaunch({ url: '/pages/login/index' })
    this.me = account.user
    this.talk = talkOf(query)
    this.transcript = createTranscript(this.talk, this.me)
    const { peer, chatType } = this.talk
    const isGroup = chatType === 'groupChat'
    this.setData({ isGroup })
    this.entitle(isGroup ? nameOfGroup(this.me, peer) : peer)
    this.draft = draftOf(this.talk)
    void this.takeUp()
    const changed = (...ids: string[]) => this.soon(ids)
    this.stop = [
      watch(({ kind }) => {
        const offline = kind !== 'online'
        if (offline === this.data.offline) return
        this.setData({ offline })
        if (!offline) void this.comeBack()
      }),
      follow({
        onStoreOpened: () => changed(),
        onMessages: (messages) => changed(...messages.map(({ id }) => id)),
        onReceivedMessage: ({ mid }) => changed(mid),
        onMessageFailed: ({ id }) => changed(id),
        onDeliveredMessage: ({ mid }) => changed(mid),
        onReadMessage: ({ mid }) => changed(mid),
        onRecallMessage: ({ mid }) => changed(mid),
        onGroupEvent: ({ id, name }) => {
          if (id !== peer || !isGroup) return
          if (name) this.entitle(name)
          changed()
        },
        onChannelMessage: ({ from }) => {
          if (from !== peer || isGroup) return
          const mine = this.transcript.messages().filter((message) => message.from === this.me)
          allRead(mine.map(({ id }) => id))
          changed(...mine.filter(({ status }) => status !== 'read').map(({ id }) => id))
        },
      }),
    ]
    void this.refresh()
  },

  onReady() {
    void this.measure()
  },

  onShow() {
    this.visible = true
    this.readAll()
  },

  onHide() {
    this.visible = false
    this.draft.keep()
    hush()
  },

  onUnload() {
    if (this.timer !== undefined) clearTimeout(this.timer)
    if (this.me) this.draft.keep()
    hush()
    this.stop.forEach((stop) => stop())
  },

  entitle(title: string) {
    this.setData({ title })
    wx.setNavigationBarTitle({ title })
  },

  // Reading the history

  /** Reads again, together with what changes in the next moments. */
  soon(ids: readonly string[]) {
    this.transcript.changed(ids)
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      void this.refresh()
    }, DRAW_AFTER)
  },

  /** Resolves when what was true at the call is on screen. */
  async refresh() {
    const arrived = await this.transcript.refresh()
    this.draw()
    if (!this.data.loaded) this.setData({ loaded: true })
    if (this.follows) this.toEnd()
    else if (arrived) this.setData({ unseen: this.data.unseen + arrived })
    if (arrived) this.readAll()
  },

  async older() {
    if (this.loadingOlder) return
    this.loadingOlder = true
    const before = await this.measure()
    if (await this.transcript.older()) {
      this.draw()
      const after = await this.measure()
      // What is above the reader grew by so much: the place stays.
      if (before && after) this.setData({ top: before.scrolled + after.content - before.content })
    }
    this.loadingOlder = false
  },

  /** The link is there again: what the archive has beside the phone's history, and what it could not be asked for. */
  async comeBack() {
    await this.refresh()
    if (this.transcript.beginning() === 'unreachable') await this.older()
  },

  draw() {
    const messages = this.transcript.messages()
    const beginning = this.transcript.beginning()
    const ofMessages = rowsOf(messages, {
      me: this.me,
      pathOf: (message) =>
        message.type === 'video' ? stillOf(message, () => this.draw()) : pathOf(message, () => this.draw()),
      progressOf: (id) => this.progress[id] ?? -1,
    })
    const lines = this.data.isGroup ? linesOf(this.talk.peer) : []
    const rows = withLines(ofMessages, messages, lines, beginning !== 'more')
    const found = rows.findIndex(({ id }) => id === this.anchor)
    const at = Math.max(0, found)
    this.anchor = rows[at]?.id ?? ''
    const { older, newer } = this.data
    const changes = {
      ...patchOf('older', older, rows.slice(0, at).reverse()),
      ...patchOf('newer', newer, rows.slice(at)),
      ...(beginning !== this.data.beginning && { beginning }),
    }
    if (Object.keys(changes).length) this.setData(changes)
  },

  // Where the reader is

  /** Heights in px; undefined where nothing is laid out. */
  measure(): Promise<{ scrolled: number; content: number } | undefined> {
    return new Promise((resolve) => {
      const query = this.createSelectorQuery()
      query.select('.messages').boundingClientRect()
      query.select('.content-of-messages').boundingClientRect()
      query.exec((boxes: readonly (Box | null)[]) => {
        const [view, content] = boxes
        if (!view || !content) {
          resolve(undefined)
          return
        }
        this.height = view.height
        resolve({ scrolled: view.top - content.top, content: content.height })
      })
    })
  },

  scroll({ detail: { scrollTop, scrollHeight } }: WechatMiniprogram.ScrollViewScroll) {
    const near = scrollHeight - scrollTop - this.height < NEAR
    // Content that grows moves the end away from the reader; only the reader moves away from the end.
    const away = scrollTop < this.scrolled
    this.scrolled = scrollTop
    if (near === this.follows || (!near && !away)) return
    this.follows = near
    if (!near) return
    if (this.data.unseen) this.setData({ unseen: 0 })
    this.readAll()
  },

  toEnd() {
    this.setData({ end: this.data.end === 'end-a' ? 'end-b' : 'end-a' })
  },

  /** A tap on the pill. */
  catchUp() {
    this.follows = true
    this.setData({ unseen: 0 })
    this.toEnd()
    this.readAll()
  },

  /** The keyboard, the panel or the box has changed what is left for the messages. */
  async resized() {
    await this.measure()
    if (this.follows) this.toEnd()
  },

  /** Tells the other side that everything here was read, when somebody is here who reads it. */
  readAll() {
    const last = this.transcript
      .messages()
      .filter(({ from }) => from !== this.me)
      .at(-1)
    if (!last || !this.visible || !this.follows || last.id === this.confirmed) return
    this.confirmed = last.id
    const { peer, chatType } = this.talk
    conn()
      .clearConversationUnreadCount({ conversationId: peer, conversationType: chatType })
      .catch(() => undefined)
    if (this.data.isGroup) return
    conn()
      .send(EC.message.create({ type: 'channel', to: peer }))
      .catch(() => undefined)
  },

  // Sending

  /**
   * Resolves with true once the message is in the list, from where it can no longer be lost. Why it could not be put there
   * stands above the box.
   */
  async deliver(message: Wanted, onProgress?: (percent: number) => void): Promise<boolean> {
    let refusal: unknown
    const options = onProgress && {
      onProgress: ({ loaded, total }: { loaded: number; total: number }) =>
        onProgress(Math.floor((loaded / Math.max(1, total)) * 100)),
    }
    note(message.id, 'written')
    conn()
      .send(message, options)
      .catch((error: unknown) => (refusal = error)) // one that is in the list tells it there
      .then(() => this.soon([message.id]))
    this.follows = true
    await this.refresh()
    const kept = this.transcript.messages().find(({ id }) => id === message.id)
    if (kept) {
      saw(kept)
      return true
    }
    const face = faceOf(refusal)
    const helps: Readonly<Record<string, Help>> = { img: 'picture', video: 'video', audio: 'voice' }
    this.say(`${face.title}（${face.code}）。${face.hint}`, helps[message.type])
    return false
  },

  say(text: string, help: Help = '') {
    this.setData({ notice: { text, help } })
    void this.resized()
  },

  /** What the notice offers. */
  help() {
    const kind = this.data.notice?.help
    if (kind === 'picture') void this.choosePicture()
    else if (kind === 'video') void this.chooseVideo()
    else if (this.unsent) void this.sendVoice(this.unsent)
  },

  close() {
    this.setData({ notice: null })
    void this.resized()
  },

  addressed() {
    const { peer, chatType } = this.talk
    return { to: peer, chatType, ext: orderAfter(this.transcript.messages()) }
  },

  type(event: WechatMiniprogram.Input) {
    this.edit(event.detail.value)
  },

  edit(draft: string) {
    this.setData({ draft })
    this.draft.typed(draft)
  },

  /** The draft of last time, unless somebody types already. */
  async takeUp() {
    const draft = await this.draft.read().catch(() => '')
    if (draft && !this.data.draft) this.setData({ draft })
  },

  async send() {
    const { draft } = this.data
    if (!draft.trim()) {
      this.say('不能发送空白消息')
      return
    }
    if (this.sending) return
    this.sending = true
    const kept = await this.deliver(EC.message.create({ type: 'txt', ...this.addressed(), msg: draft }))
    this.sending = false
    if (!kept) return
    // What was typed meanwhile stays.
    const now = this.data.draft
    this.edit(now.startsWith(draft) ? now.slice(draft.length) : now)
    if (this.data.notice) this.close()
    this.offer()
  },

  // Notices while away

  /** Somebody who has just written wants to hear the answer. */
  offer() {
    if (this.data.offer || !mayOffer(this.me)) return
    this.setData({ offer: true })
    void this.resized()
  },

  /** A tap: only in it WeChat asks. */
  async acceptOffer() {
    this.setData({ offer: false })
    const text = await askForNotice(this.me)
    if (text) wx.showToast({ title: text, icon: 'none', duration: 4000 })
    void this.resized()
  },

  declineOffer() {
    putOff(this.me)
    this.setData({ offer: false })
    void this.resized()
  },

  async choosePicture() {
    this.setData({ notice: null })
    const { pictures, refusals } = await choosePictures()
    for (const picture of pictures) await this.sendPicture(picture)
    if (refusals.length) this.say(refusals.join('\n'), 'picture')
  },

  async sendPicture({ path, size, width, height }: Picture) {
    const file = { url: path, size }
    const message = EC.message.create({ type: 'img', ...this.addressed(), file, width, height })
    await this.deliver(message, this.progressOf(message.id))
  },

  progressOf(id: string) {
    return (percent: number) => {
      this.progress = { ...this.progress, [id]: percent }
      this.soon([])
    }
  },

  async chooseVideo() {
    this.setData({ notice: null })
    const { video, refusals } = await chooseVideo()
    if (video) await this.sendVideo(video)
    if (refusals.length) this.say(refusals.join('\n'), 'video')
  },

  async sendVideo({ path, still, size, width, height, seconds }: Video) {
    const file = { url: path, size, ...(still && { thumb: still }) }
    const message = EC.message.create({
      type: 'video',
      ...this.addressed(),
      file,
      width,
      height,
      length: seconds,
    })
    await this.deliver(message, this.progressOf(message.id))
  },

  // Voices

  toggleTalking() {
    this.setData({ talking: !this.data.talking, panel: '' })
    void this.resized()
  },

  recorded({ detail: { voice, refusal } }: WechatMiniprogram.CustomEvent<Recorded>) {
    if (voice) void this.sendVoice(voice)
    else if (refusal) this.say(refusal)
  },

  async sendVoice(voice: Voice) {
    this.setData({ notice: null })
    this.unsent = voice
    const { path, size, seconds } = voice
    const message = EC.message.create({
      type: 'audio',
      ...this.addressed(),
      file: { url: path, size },
      length: seconds,
      filetype: 'mp3',
    })
    if (await this.deliver(message)) this.unsent = undefined
  },

  async play(event: Tap<{ id: string }>) {
    const { id } = event.currentTarget.dataset
    const { playing } = this.data
    hush()
    if (playing === id) return
    const message = this.transcript.messages().find((one) => one.id === id)
    if (message?.type !== 'audio') return
    this.setData({ playing: id })
    const path = await fetchFile(message)
    if (this.data.playing !== id) return
    const ended = (refusal?: string) => {
      if (this.data.playing === id) this.setData({ playing: '' })
      if (refusal) this.say(refusal)
    }
    if (path) play(path, ended)
    else ended('这条语音取不下来，请稍后再试')
  },

  async watch(event: Tap<{ id: string }>) {
    const message = this.transcript.messages().find(({ id }) => id === event.currentTarget.dataset.id)
    if (message?.type !== 'video') return
    const [url, still] = [await fetchFile(message), stillOf(message, () => undefined)]
    if (url) wx.previewMedia({ sources: [{ url, type: 'video', ...(still && { poster: still }) }] })
    else this.say('这段视频取不下来，请稍后再试')
  },

  // The panels under the box

  togglePanel(event: Tap<{ panel: Panel }>) {
    const { panel } = event.currentTarget.dataset
    this.setData({ panel: this.data.panel === panel ? '' : panel })
    void this.resized()
  },

  addEmoji(event: Tap<{ face: string }>) {
    this.edit(this.data.draft + event.currentTarget.dataset.face)
  },

  // What can be done with one message

  openMenu(event: Tap<{ id: string }>) {
    const { older, newer } = this.data
    this.setData({ chosen: [...newer, ...older].find(({ id }) => id === event.currentTarget.dataset.id) ?? null })
  },

  closeMenu() {
    this.setData({ chosen: null })
  },

  pick({ detail: { id, choice } }: WechatMiniprogram.CustomEvent<Picked>) {
    const message = this.transcript.messages().find((one) => one.id === id)
    if (!message) return
    const text = message.type === 'txt' ? message.msg : ''
    const choices: Readonly<Record<Choice, () => void>> = {
      copy: () => void wx.setClipboardData({ data: text }),
      resend: () => {
        if (message.type === 'recalled') return
        void this.deliver({ ...message, ext: { ...message.ext, ...orderAfter(this.transcript.messages()) } })
      },
      edit: () => this.edit([this.data.draft, text].filter(Boolean).join('\n')),
      choose: () => void (message.type === 'video' ? this.chooseVideo() : this.choosePicture()),
      cancel: () => this.cancel(id),
      recall: () => void this.recall(id, text),
      delete: () => void this.remove(id),
    }
    choices[choice]()
  },

  cancelUpload(event: Tap<{ id: string }>) {
    this.cancel(event.currentTarget.dataset.id)
  },

  cancel(id: string) {
    if (!conn().cancelMessage(id)) wx.showToast({ title: '已经发出，来不及取消了', icon: 'none' })
  },

  /** Without a network it waits, as a message does. */
  async recall(id: string, text: string) {
    const { peer, chatType } = this.talk
    remember(id, text)
    if (this.data.offline) wx.showToast({ title: '联网后撤回', icon: 'none' })
    await conn()
      .recallMessage({ mid: id, to: peer, chatType })
      .catch((error: unknown) => {
        const face = faceOf(error)
        this.say(`${face.title}（${face.code}）。${face.hint}`)
      })
    this.soon([id])
  },

  rewrite(event: Tap<{ id: string }>) {
    this.edit([this.data.draft, textOf(event.currentTarget.dataset.id)].filter(Boolean).join('\n'))
  },

  async remove(id: string) {
    const { confirm } = await wx.showModal({
      title: '删除这条消息？',
      content: '只从这部手机上删除，对方那里还在。',
      confirmColor: '#d83a3a',
      confirmText: '删除',
    })
    if (!confirm) return
    const { peer, chatType } = this.talk
    await conn().removeHistoryMessages({ targetId: peer, chatType, messageIds: [id] })
    this.transcript.drop(id)
    this.draw()
  },

  preview(event: Tap<{ url: string }>) {
    const { url } = event.currentTarget.dataset
    if (url) wx.previewImage({ urls: [url] })
  },

  openGroup() {
    wx.navigateTo({ url: `/pages/group/index?id=${encodeURIComponent(this.talk.peer)}` })
  },
})
