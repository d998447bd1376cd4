// A voice to send: recorded while a finger holds the button, for a minute at most; what went wrong is said in words.

export interface Voice {
  readonly path: string
  readonly seconds: number
  /** Bytes. */
  readonly size: number
}

/** `undefined`: it was taken back. */
type Outcome = Voice | { readonly refusal: string } | undefined

export const LONGEST = 60_000
const SHORTEST = 1_000

type Recording =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting' | 'running'; readonly end: (outcome: Outcome) => void }
  /** Let go. What still comes of it is kept or thrown away. */
  | { readonly phase: 'ending'; readonly keep: boolean; readonly end: (outcome: Outcome) => void }

let recording: Recording = { phase: 'idle' }
let manager: WechatMiniprogram.RecorderManager | undefined

function finish(outcome: Outcome): void {
  if (recording.phase === 'idle') return
  const { end } = recording
  recording = { phase: 'idle' }
  end(outcome)
}

/** There is one recorder, and its listeners cannot be taken off again. */
function recorder(): WechatMiniprogram.RecorderManager {
  if (manager) return manager
  manager = wx.getRecorderManager()
  manager.onStart(() => {
    // The finger was gone before the user had allowed it.
    if (recording.phase === 'ending') manager?.stop()
    else if (recording.phase === 'starting') recording = { phase: 'running', end: recording.end }
  })
  manager.onStop(({ tempFilePath, duration, fileSize }) => {
    if (recording.phase === 'ending' && !recording.keep) finish(undefined)
    else if (duration < SHORTEST) finish({ refusal: '说话时间太短，没有发送' })
    else finish({ path: tempFilePath, seconds: Math.round(duration / 100) / 10, size: fileSize })
  })
  manager.onError(({ errMsg }) =>
    finish({
      refusal: /auth|deny|denied|permission|privacy/.test(errMsg)
        ? '没有使用麦克风的权限，请在右上角“…”>“设置”里允许'
        : '没有录上，请再试一次',
    }),
  )
  return manager
}

/** Resolves once it is over, whoever ended it. Never rejects. */
export const record = (): Promise<Outcome> =>
  new Promise((end) => {
    if (recording.phase !== 'idle') {
      end(undefined)
      return
    }
    recording = { phase: 'starting', end }
    recorder().start({ duration: LONGEST, format: 'mp3', sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 48000 })
  })

/** The finger is gone; `keep`: it did not slide away first. */
export function letGo(keep: boolean): void {
  if (recording.phase !== 'starting' && recording.phase !== 'running') return
  const started = recording.phase === 'running'
  recording = { phase: 'ending', keep, end: recording.end }
  if (started) recorder().stop()
}
