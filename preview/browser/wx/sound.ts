// wx.getRecorderManager and wx.createInnerAudioContext: the computer's microphone and loudspeaker. What is recorded is in the
// browser's own format, whichever was asked for.
import type { Disk } from '../../../simulator/core/disk'
import { sourceOf } from '../source'

interface Stopped {
  readonly tempFilePath: string
  /** Milliseconds. */
  readonly duration: number
  readonly fileSize: number
}
interface Failed {
  readonly errMsg: string
}

type Listener<Event> = (event: Event) => void

/** `root` is what the phone's paths begin with. */
export function sound(disk: Disk, root: string) {
  const started: Listener<void>[] = []
  const stopped: Listener<Stopped>[] = []
  const failed: Listener<Failed>[] = []
  let running: MediaRecorder | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const fail = (errMsg: string) => failed.forEach((tell) => tell({ errMsg: `operateRecorder:fail ${errMsg}` }))

  async function record(longest: number): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    const recorder = new MediaRecorder(stream)
    const pieces: Blob[] = []
    const began = performance.now()
    recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data))
    recorder.addEventListener('stop', () => {
      clearTimeout(timer)
      running = undefined
      stream.getTracks().forEach((track) => track.stop())
      const duration = Math.round(performance.now() - began)
      void new Blob(pieces).arrayBuffer().then((bytes) => {
        const name = `tmp/voice-${Date.now()}.webm`
        disk.write(name, new Uint8Array(bytes))
        stopped.forEach((tell) => tell({ tempFilePath: root + name, duration, fileSize: bytes.byteLength }))
      })
    })
    running = recorder
    recorder.start()
    timer = setTimeout(() => recorder.stop(), longest)
    started.forEach((tell) => tell())
  }

  const manager = {
    start: ({ duration = 60_000 }: { duration?: number } = {}) => {
      if (running) fail('is recording or paused')
      else record(duration).catch((error: unknown) => fail(`auth deny: ${String(error)}`))
    },
    stop: () => running?.stop(),
    onStart: (tell: Listener<void>) => void started.push(tell),
    onStop: (tell: Listener<Stopped>) => void stopped.push(tell),
    onError: (tell: Listener<Failed>) => void failed.push(tell),
  }

  return {
    getRecorderManager: () => manager,

    createInnerAudioContext() {
      const player = new Audio()
      const on = (event: string) => (tell: Listener<object>) => player.addEventListener(event, () => tell({}))
      return {
        set src(path: string) {
          player.src = sourceOf(path)
        },
        play: () => void player.play().catch(() => undefined), // an error is told by its event
        stop: () => player.pause(),
        destroy: () => {
          player.pause()
          player.removeAttribute('src')
        },
        onEnded: on('ended'),
        onError: on('error'),
      }
    },
  }
}
