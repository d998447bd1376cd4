// The built-in components that need little: containers, text, button, image, icon, navigator.
import { sourceOf } from '../source'
import { fire, inner, reflect, type Definition } from './definition'

/** What assistive technology is told; what acts like a button is reached by keyboard, too. */
const aria = { ariaRole: String, ariaLabel: String }
const ariaObservers: NonNullable<Definition['observers']> = {
  ariaRole(role: string) {
    const host = this._$.$$ as HTMLElement | null // gone once the page is
    if (!host) return
    host.setAttribute('role', role)
    if (!/^(button|tab|link)$/.test(role)) return
    host.tabIndex = 0
    host.addEventListener('keydown', (event) => {
      if (event.target !== host || (event.key !== 'Enter' && event.key !== ' ')) return
      event.preventDefault()
      // The backend makes a tap of what a mouse does.
      for (const type of ['mousedown', 'mouseup']) host.dispatchEvent(new MouseEvent(type, { bubbles: true }))
    })
  },
  ariaLabel(label: string) {
    const host = this._$.$$ as HTMLElement | null
    host?.setAttribute('aria-label', label)
  },
}

const hover = { hoverClass: String, hoverStartTime: Number, hoverStayTime: Number, hoverStopPropagation: Boolean }

export const view: Definition = {
  properties: { hidden: Boolean, ...aria, ...hover },
  observers: { ...reflect('hidden'), ...ariaObservers },
}

export const text: Definition = {
  properties: { hidden: Boolean, selectable: Boolean, userSelect: Boolean, space: String, decode: Boolean },
  observers: reflect('hidden'),
}

export const form: Definition = {}

export const label: Definition = { properties: { for: String } }

export const icon: Definition = {
  properties: { type: String, size: Number, color: String },
  observers: reflect('type'),
}

export const button: Definition = {
  properties: {
    type: { type: String, value: 'default' },
    size: String,
    plain: Boolean,
    disabled: Boolean,
    loading: Boolean,
    hidden: Boolean,
    openType: String,
    formType: String,
    ...hover,
  },
  observers: reflect('type', 'size', 'plain', 'disabled', 'loading', 'hidden'),
}

const fits: Readonly<Record<string, string>> = { aspectFit: 'contain', aspectFill: 'cover', center: 'none' }

function show(picture: HTMLImageElement, src: unknown): void {
  if (src) picture.src = sourceOf(src as string)
  else picture.removeAttribute('src')
}

export const image: Definition = {
  properties: {
    src: String,
    mode: { type: String, value: 'scaleToFill' },
    lazyLoad: Boolean,
    showMenuByLongpress: Boolean,
  },
  observers: {
    ...reflect('mode'),
    src(src: unknown) {
      const picture = inner(this) as HTMLImageElement | undefined // none yet before the first render
      if (picture) show(picture, src)
    },
  },
  attached() {
    const picture = inner(this) as HTMLImageElement
    show(picture, this.data.src)
    picture.style.objectFit = fits[String(this.data.mode)] ?? 'fill'
    picture.addEventListener('load', () =>
      fire(this, 'load', { width: picture.naturalWidth, height: picture.naturalHeight }),
    )
    picture.addEventListener('error', () => fire(this, 'error', { errMsg: `GET ${String(this.data.src)} failed` }))
  },
}

export const navigator: Definition = {
  properties: { url: String, openType: { type: String, value: 'navigate' }, delta: Number, ...hover },
  attached() {
    const go: Readonly<Record<string, (url: string) => void>> = {
      navigate: (url) => void wx.navigateTo({ url }),
      redirect: (url) => void wx.redirectTo({ url }),
      reLaunch: (url) => void wx.reLaunch({ url }),
      switchTab: (url) => void wx.switchTab({ url }),
      navigateBack: () => void wx.navigateBack(),
    }
    this._$.addListener('tap', () => go[String(this.data.openType)]?.(String(this.data.url)))
  },
}
