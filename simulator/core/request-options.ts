// What the app hands to wx.request, uploadFile and downloadFile, and what it gets back: after the typings.
import type { Callbacks } from './call'

export interface RequestOptions extends Callbacks<RequestResult> {
  url: string
  data?: unknown
  header?: Record<string, string>
  method?: string
  dataType?: string
  responseType?: 'text' | 'arraybuffer'
  timeout?: number
}
export interface RequestResult {
  data: unknown
  statusCode: number
  header: Record<string, string>
  cookies: string[]
}
export interface UploadOptions extends Callbacks<UploadResult> {
  url: string
  filePath: string
  name: string
  header?: Record<string, string>
  formData?: Record<string, unknown>
  timeout?: number
}
export interface UploadResult {
  data: string
  statusCode: number
}
export interface DownloadOptions extends Callbacks<DownloadResult> {
  url: string
  header?: Record<string, string>
  timeout?: number
}
export interface DownloadResult {
  tempFilePath: string
  statusCode: number
}
export interface Progress {
  progress: number
  totalBytesSent: number
  totalBytesExpectedToSend: number
}
