// The button that records a voice while a finger holds it: sliding up takes it back, a minute ends it.
import { letGo, LONGEST, record, type Voice } from '../../im/recorder'

type Phase = '' | 'keep' | 'drop'

/** px that the finger slides up before the voice is taken back. */
const AWAY = 60
const WARN = 10_000

export interface Recorded {
  readonly voice?: Voice
  readonly refusal?: string
}

/** Where the finger came down. There is one finger, as there is one recorder. */
let from = 0

Component({
  data: { phase: '' as Phase, seconds: 0, left: 0 },
  lifetimes: {
    detached() {
      letGo(false)
    },
  },
  pageLifetimes: {
    hide() {
      letGo(false)
    },
  },
  methods: {
    async press(event: WechatMiniprogram.TouchEvent) {
      if (this.data.phase) return
      from = event.touches[0]?.pageY ?? 0
      const began = Date.now()
      this.setData({ phase: 'keep', seconds: 0, left: 0 })
      const watch = setInterval(() => {
        const passed = Date.now() - began
        const left = LONGEST - passed
        this.setData({ seconds: Math.floor(passed / 1000), left: left < WARN ? Math.ceil(left / 1000) : 0 })
      }, 500)
      const outcome = await record()
      clearInterval(watch)
      this.setData({ phase: '' })
      if (!outcome) return
      const recorded: Recorded = 'refusal' in outcome ? outcome : { voice: outcome }
      this.triggerEvent('recorded', recorded)
    },
    slide(event: WechatMiniprogram.TouchEvent) {
      const { phase } = this.data
      const [finger] = event.touches
      if (!phase || !finger) return
      const wanted: Phase = from - finger.pageY > AWAY ? 'drop' : 'keep'
      if (wanted !== phase) this.setData({ phase: wanted })
    },
    release() {
      letGo(this.data.phase === 'keep')
    },
    interrupted() {
      letGo(false)
    },
  },
})
