// What the platform tells about the app and the network: on screen or not, connected or not, strong or weak.

export interface NetworkStatus {
  readonly connected: boolean
  /** wifi, 4g, none, ...: as the platform names it. */
  readonly type: string
}

export interface AppListener {
  shown(): void
  hidden(): void
  network(status: NetworkStatus): void
  weak(weak: boolean): void
}

export interface AppPort {
  /** Listens until the returned function is called. What the platform lacks is never called. */
  watch(listener: AppListener): () => void
  /** Asks for the network now; the answer arrives through `network`. */
  queryNetwork(): void
}
