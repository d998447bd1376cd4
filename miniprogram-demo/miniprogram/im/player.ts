// The voice that is playing: one at a time; another tap on it ends it, and so does leaving the chat.

type Told = (refusal?: string) => void

let playing: { readonly voice: WechatMiniprogram.InnerAudioContext; readonly ended: Told } | undefined

/** Ends what is playing, if anything. */
export function hush(refusal?: string): void {
  const last = playing
  playing = undefined
  last?.voice.destroy()
  last?.ended(refusal)
}

/** `ended` is called once: at its end, by `hush`, or with what went wrong. */
export function play(path: string, ended: Told): void {
  hush()
  const voice = wx.createInnerAudioContext()
  playing = { voice, ended }
  const isThis = () => playing?.voice === voice
  voice.onEnded(() => {
    if (isThis()) hush()
  })
  voice.onError(() => {
    if (isThis()) hush('这条语音放不出来，请稍后再试')
  })
  voice.src = path
  voice.play()
}
