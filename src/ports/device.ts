// What the platform tells about the phone and the app.

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

export interface Device {
  info(): DeviceInfo
}
