// The slice of `wx` that we use, typed by us; everything but connectSocket may be absent. test/types compares it with WeChat's typings.
export interface WxFailure {
  readonly errMsg: string
  readonly errno?: number
}

export interface WxCallbacks<T = unknown> {
  success?: (result: T) => void
  fail?: (failure: WxFailure) => void
}

/** What `send` and `close` return differs: nothing at WeChat, a promise at look-alikes. */
export interface WxSocketTask {
  send(options: { data: ArrayBuffer | string } & WxCallbacks): unknown
  close(options: { code: number; reason: string } & WxCallbacks): unknown
  onOpen(listener: (result: unknown) => void): void
  onClose(listener: (result: { code: number; reason: string }) => void): void
  onError(listener: (failure: WxFailure) => void): void
  onMessage(listener: (result: { data: ArrayBuffer | string }) => void): void
}

export interface WxUploadTask {
  abort(): void
  onProgressUpdate(listener: (result: { totalBytesSent: number; totalBytesExpectedToSend: number }) => void): void
}

export interface WxFileSystem {
  readFile(options: { filePath: string; encoding: 'utf8' } & WxCallbacks<{ data: string | ArrayBuffer }>): void
  writeFile(options: { filePath: string; data: string; encoding: 'utf8' } & WxCallbacks): void
  appendFile(options: { filePath: string; data: string; encoding: 'utf8' } & WxCallbacks): void
  unlink(options: { filePath: string } & WxCallbacks): void
  readdir(options: { dirPath: string } & WxCallbacks<{ files: string[] }>): void
  mkdir(options: { dirPath: string; recursive: boolean } & WxCallbacks): void

  readFileSync(filePath: string, encoding: 'utf8'): string | ArrayBuffer
  writeFileSync(filePath: string, data: string, encoding: 'utf8'): void
  appendFileSync(filePath: string, data: string, encoding: 'utf8'): void
  unlinkSync(filePath: string): void
  readdirSync(dirPath: string): string[]
  mkdirSync(dirPath: string, recursive: boolean): void
  statSync(path: string): unknown
}

export interface WxNetwork {
  isConnected?: boolean
  networkType: string
}

/**
 * What `wx.getRealtimeLogManager()` gives; one page's time on screen is one entry of at most 5 KB and 200 calls. Given a text;
 * typed so that uni-app's typings, which ask for an array, fit as well.
 */
export interface WxRealtimeLog {
  warn(line: never): void
  error(line: never): void
  /** Base library 2.19.4; before it nobody can tell what still fits, and nothing is written. */
  getCurrentState?: () => { size: number; maxSize: number; logCount: number; maxLogCount: number }
}

/** What `wx.getLogManager()` gives: 5 MB, oldest out; the user sends it with feedback. */
export interface WxFeedbackLog {
  info(line: never): void
  warn(line: never): void
}

export type WxListen<T> = (listener: (result: T) => void) => void
/** What an ear was given does not matter any more; WeChat's typings disagree with themselves about it. */
export type WxForget = (listener: (result: unknown) => void) => void

export interface WxApi {
  connectSocket(
    options: {
      url: string
      protocols?: string[]
      header?: Record<string, string>
      timeout?: number
      tcpNoDelay?: boolean
    } & WxCallbacks,
  ): WxSocketTask | undefined

  onAppShow?: WxListen<unknown>
  offAppShow?: WxForget
  onAppHide?: WxListen<unknown>
  offAppHide?: WxForget
  onNetworkStatusChange?: WxListen<{ isConnected: boolean; networkType: string }>
  offNetworkStatusChange?: WxForget
  onNetworkWeakChange?: WxListen<{ weakNet: boolean; networkType: string }>
  offNetworkWeakChange?: WxForget
  getNetworkType?: (options: WxCallbacks<WxNetwork>) => void

  getStorageSync?: (key: string) => unknown
  setStorageSync?: (key: string, value: string) => void
  removeStorageSync?: (key: string) => void

  env?: { USER_DATA_PATH?: string }
  getFileSystemManager?: () => WxFileSystem

  request?: (
    options: {
      url: string
      method: 'GET' | 'POST' | 'PUT' | 'DELETE'
      header: Readonly<Record<string, string>>
      data?: string
      dataType: string
      responseType: 'text'
      timeout: number
    } & WxCallbacks<{ statusCode: number; data: unknown }>,
  ) => unknown
  uploadFile?: (
    options: {
      url: string
      filePath: string
      name: string
      header: Readonly<Record<string, string>>
      formData: Readonly<Record<string, string>>
    } & WxCallbacks<{ statusCode: number; data: string }>,
  ) => WxUploadTask

  getDeviceInfo?: () => { platform?: string; model?: string; system?: string }
  getAppBaseInfo?: () => { version?: string; SDKVersion?: string }
  getSystemInfoSync?: () => {
    platform?: string
    model?: string
    system?: string
    version?: string
    SDKVersion?: string
  }
  getAccountInfoSync?: () => { miniProgram?: { appId?: string; version?: string } }
  getRealtimeLogManager?: () => WxRealtimeLog
  getLogManager?: (options: { level: 0 | 1 }) => WxFeedbackLog
  shareFileMessage?: (options: { filePath: string; fileName: string } & WxCallbacks) => void
  saveFileToDisk?: (options: { filePath: string } & WxCallbacks) => void
}

/** Taro's: as WxApi, but the task is promised (taro#919). */
export interface PromisingWxApi extends Omit<WxApi, 'connectSocket'> {
  connectSocket(options: Parameters<WxApi['connectSocket']>[0]): PromiseLike<WxSocketTask>
}
