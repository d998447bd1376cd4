// Where an image message's picture can be shown from: the phone's own file, or a download that needs the user's token.
import type { ImageMessage } from 'miniprogram-im'
import { conn } from './client'

const local = new Map<string, string>()

/** The path to show now, or '' while it is being fetched; `arrived` is called when it can be shown. */
export function pathOf({ id, file, url }: ImageMessage, arrived: () => void): string {
  if (file) local.set(id, file.url)
  const known = local.get(id)
  if (known !== undefined || !url) return known ?? ''
  local.set(id, '')
  wx.downloadFile({
    ...conn().downloadRequest(url),
    success({ statusCode, tempFilePath }) {
      if (statusCode !== 200) return
      local.set(id, tempFilePath)
      arrived()
    },
    fail: () => local.delete(id), // another look tries again
  })
  return ''
}

/** The size on screen, in rpx, that keeps the picture's shape. */
export function sizeOf({ width = 300, height = 300 }: ImageMessage): { width: number; height: number } {
  const scale = Math.min(320 / width, 400 / height)
  return { width: Math.max(120, Math.round(width * scale)), height: Math.max(120, Math.round(height * scale)) }
}
