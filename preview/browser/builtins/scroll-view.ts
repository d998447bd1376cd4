// <scroll-view>: scrolling, scroll-into-view by id, and the events at either end.
import { fire, type Definition } from './definition'

export const scrollView: Definition = {
  properties: {
    scrollX: Boolean,
    scrollY: Boolean,
    scrollTop: Number,
    scrollLeft: Number,
    scrollIntoView: String,
    scrollWithAnimation: Boolean,
    upperThreshold: { type: Number, value: 50 },
    lowerThreshold: { type: Number, value: 50 },
    enhanced: Boolean,
    enableBackToTop: Boolean,
    enableFlex: Boolean,
    showScrollbar: Boolean,
    scrollAnchoring: Boolean,
  },
  observers: {
    scrollY(on: boolean) {
      this._$.$$.style.overflowY = on ? 'auto' : ''
    },
    scrollX(on: boolean) {
      this._$.$$.style.overflowX = on ? 'auto' : ''
    },
    scrollAnchoring(on: boolean) {
      this._$.$$.style.overflowAnchor = on ? 'auto' : 'none'
    },
    scrollTop(top: number) {
      this._$.$$.scrollTop = top
    },
    scrollIntoView(id: string) {
      if (!id) return
      // After the tree has been updated and laid out.
      setTimeout(() => {
        const view = this._$.$$
        const child = this._$.ownerShadowRoot?.getElementById(id)?.$$
        if (child) view.scrollTop += child.getBoundingClientRect().top - view.getBoundingClientRect().top
      })
    },
  },
  attached() {
    const view = this._$.$$
    let last = 0
    let atTop = true
    let atBottom = false
    view.addEventListener('scroll', () => {
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight } = view
      fire(this, 'scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth, deltaX: 0, deltaY: last - scrollTop })
      last = scrollTop
      const nearTop = scrollTop < Number(this.data.upperThreshold)
      const nearBottom = scrollHeight - clientHeight - scrollTop < Number(this.data.lowerThreshold)
      if (nearTop && !atTop) fire(this, 'scrolltoupper', { direction: 'top' })
      if (nearBottom && !atBottom) fire(this, 'scrolltolower', { direction: 'bottom' })
      atTop = nearTop
      atBottom = nearBottom
    })
  },
}
