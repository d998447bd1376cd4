// What goes into the body of a wx.request or uploadFile: by method and content type, or as a multipart form.
import type { RequestOptions, UploadOptions } from './request-options'
import { encodeUtf8 } from './text'

type Headers = Record<string, string>

export const headerOf = (header: Readonly<Headers>, name: string) =>
  Object.entries(header).find(([key]) => key.toLowerCase() === name)?.[1]

/** What wx.request makes of `data`, by method and content type. */
export function shape({ url, data, method = 'GET', header = {} }: RequestOptions) {
  const type = headerOf(header, 'content-type') ?? 'application/json'
  const full: Headers =
    headerOf(header, 'content-type') === undefined ? { ...header, 'content-type': type } : { ...header }
  const fields = () =>
    Object.entries((data ?? {}) as Record<string, unknown>)
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
      .join('&')
  const verb = method.toUpperCase()
  if (data === undefined || data === null) return { url, header: full, method: verb, body: undefined }
  if (typeof data === 'string') {
    return { url, header: full, method: verb, body: verb === 'GET' ? undefined : encodeUtf8(data) }
  }
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return { url, header: full, method: verb, body: new Uint8Array((data as ArrayBuffer).slice(0)) }
  if (verb === 'GET')
    return { url: url + (url.includes('?') ? '&' : '?') + fields(), header: full, method: verb, body: undefined }
  const text = type.includes('application/x-www-form-urlencoded') ? fields() : JSON.stringify(data)
  return { url, header: full, method: verb, body: encodeUtf8(text) }
}

/** multipart/form-data, as phones send it. */
export function multipart(boundary: string, options: UploadOptions, file: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [name, value] of Object.entries(options.formData ?? {}))
    parts.push(
      encodeUtf8(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(value)}\r\n`),
    )
  const fileName = options.filePath.slice(options.filePath.lastIndexOf('/') + 1)
  parts.push(
    encodeUtf8(
      `--${boundary}\r\nContent-Disposition: form-data; name="${options.name}"; filename="${fileName}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    file,
    encodeUtf8(`\r\n--${boundary}--\r\n`),
  )
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}
