// What the platform tells about the phone and the app, and how a file leaves the mini-program.

export interface DeviceInfo {
  /** ios, android, windows, mac, devtools, ...: as the platform names it; empty where it does not tell. */
  readonly platform: string
  readonly model: string
  readonly system: string
  /** The version of WeChat. */
  readonly client: string
  /** The version of the base library. */
  readonly baseLibrary: string
  readonly appId: string
  readonly appVersion: string
}

/** How a file was handed over: shared in a chat, saved on a PC, or only its path is known. */
export type Handover = { readonly how: 'shared' | 'saved' | 'path'; readonly path: string }

export interface Device {
  info(): DeviceInfo
  /** Hands a file to the user in the best way the platform has. Rejects with the platform's `errMsg` as text. */
  handOver(path: string, fileName: string): Promise<Handover>
}
