// What the outer page can do to a phone in its frame: `frame.contentWindow.phone`.
import type { Phone } from '../../simulator/core/phone'
import type { Profile } from '../../simulator/core/quirks'

export type PhoneProfile = Profile
export type Reach = 'wifi' | '4g' | 'weak' | 'none'

export interface PhoneHandle {
  readonly name: string
  readonly phone: Phone
  /** What getApp() returns in the mini-program. */
  app(): Readonly<Record<string, unknown>>
  /** The home button. */
  home(): void
  /** A tap on the app's icon. */
  launch(): void
  /** The system kills the app; its disk stays. */
  kill(): void
  setNetwork(type: Reach): void
  /** Today's links die without a word to anybody. */
  cut(): void
}

declare global {
  interface Window {
    phone?: PhoneHandle
  }
}
