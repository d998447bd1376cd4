// What the outer page asks for at /config.json: which phones there are and where their server is.

export interface PreviewConfig {
  readonly phones: readonly string[]
  /** REST address of the message server. */
  readonly server: string
  readonly appKey: string
  /** Of the ready-made users; empty where there are none. */
  readonly password: string
  /** The administrator's secret of the development server, for "kick me". */
  readonly secret: string
  readonly canRestart: boolean
}
