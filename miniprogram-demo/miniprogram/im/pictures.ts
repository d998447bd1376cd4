// Pictures and videos to send: chosen by the user, measured, and what is none is named.

export interface Picture {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly width: number
  readonly height: number
}

interface Chosen {
  readonly pictures: readonly Picture[]
  /** What became of the others, for the user. */
  readonly refusals: readonly string[]
}

const MOST_BYTES = 10 << 20
const MOST = 9

const megabytes = (bytes: number) => (bytes / (1 << 20)).toFixed(1)

const whyNot = (error: unknown): string[] => {
  const { errMsg = '' } = error as { errMsg?: string }
  if (errMsg.includes('cancel')) return []
  return [
    /auth|privacy|permission/.test(errMsg)
      ? '没有访问相册的权限，请在右上角“…”>“设置”里允许'
      : '没有打开相册，请再试一次',
  ]
}

/** Never rejects; to choose nothing is no mistake. */
export async function choosePictures(): Promise<Chosen> {
  const pictures: Picture[] = []
  const refusals: string[] = []
  try {
    const { tempFiles } = await wx.chooseMedia({ count: MOST, mediaType: ['image'] })
    for (const { tempFilePath: path, size } of tempFiles) {
      const shape = await wx.getImageInfo({ src: path }).catch(() => undefined)
      if (!shape) refusals.push('有一个文件不是图片，没有发送，请重新选择')
      else if (size > MOST_BYTES)
        refusals.push(`有一张图片太大（${megabytes(size)} MB，最多 10 MB），没有发送，请换一张`)
      else pictures.push({ path, size, width: shape.width, height: shape.height })
    }
  } catch (error) {
    refusals.push(...whyNot(error))
  }
  return { pictures, refusals }
}

export interface Video extends Picture {
  /** A still picture of it. */
  readonly still: string
  readonly seconds: number
}

/** One video, or why there is none. Never rejects. */
export async function chooseVideo(): Promise<{ readonly video?: Video; readonly refusals: readonly string[] }> {
  try {
    const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ['video'], maxDuration: 60 })
    const [chosen] = tempFiles
    if (!chosen) return { refusals: [] }
    const { tempFilePath: path, thumbTempFilePath: still, size, width, height, duration: seconds } = chosen
    if (chosen.fileType !== 'video' || !seconds) return { refusals: ['这个文件不是视频，没有发送，请重新选择'] }
    if (size > MOST_BYTES)
      return { refusals: [`视频太大（${megabytes(size)} MB，最多 10 MB），没有发送，请选一段短一些的`] }
    return { video: { path, still, size, width, height, seconds }, refusals: [] }
  } catch (error) {
    return { refusals: whyNot(error) }
  }
}
