// Where an attachment can be shown or played from: the phone's own file, or a download that needs the user's token.
import type { AudioMessage, ImageMessage, VideoMessage } from 'miniprogram-im'
import { conn } from './client'

/** By the id of its message, with `/thumb` behind it for the still picture of a video. '' is on its way. */
const local = new Map<string, string>()
const waiting = new Map<string, ((path: string) => void)[]>()

/** The path to show now, or '' while it is being fetched; `arrived` is called when it can be shown. */
function find(key: string, own: string | undefined, url: string | undefined, arrived: () => void): string {
  if (own !== undefined) local.set(key, own)
  const known = local.get(key)
  if (known !== undefined || !url) return known ?? ''
  local.set(key, '')
  const over = (path: string) => {
    const callers = waiting.get(key) ?? []
    waiting.delete(key)
    callers.forEach((call) => call(path))
  }
  wx.downloadFile({
    ...conn().downloadRequest(url),
    success({ statusCode, tempFilePath }) {
      if (statusCode === 200) {
        local.set(key, tempFilePath)
        arrived()
      } else local.delete(key)
      over(statusCode === 200 ? tempFilePath : '')
    },
    fail() {
      local.delete(key) // another look tries again
      over('')
    },
  })
  return ''
}

export const pathOf = ({ id, file, url }: ImageMessage, arrived: () => void): string =>
  find(id, file?.url, url, arrived)

/** The still picture of a video; '' where it has none. */
export const stillOf = ({ id, file, thumb }: VideoMessage, arrived: () => void): string =>
  find(`${id}/thumb`, file?.thumb, thumb, arrived)

/** The file of a voice or a video, for playing. '' when it cannot be had now. */
export const fetchFile = ({ id, file, url }: AudioMessage | VideoMessage): Promise<string> =>
  new Promise((resolve) => {
    const path = find(id, file?.url, url, () => undefined)
    if (path || !local.has(id)) resolve(path)
    else waiting.set(id, [...(waiting.get(id) ?? []), resolve])
  })

/** The size on screen, in rpx, that keeps the picture's shape. */
export function sizeOf({ width = 300, height = 300 }: ImageMessage | VideoMessage): { width: number; height: number } {
  const scale = Math.min(320 / width, 400 / height)
  return { width: Math.max(120, Math.round(width * scale)), height: Math.max(120, Math.round(height * scale)) }
}

/** How long a voice is in the list, in whole seconds and rpx: as in WeChat, longer with every second. */
export function spanOf({ length = 0 }: AudioMessage): { seconds: number; width: number } {
  const seconds = Math.max(1, Math.round(length))
  return { seconds, width: 130 + Math.min(300, seconds * 6) }
}
