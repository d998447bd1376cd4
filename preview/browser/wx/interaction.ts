// wx.showToast, showModal, previewImage and their kin: what WeChat lays over the page.
import { element } from '../element'
import { sourceOf } from '../source'
import { answer, type Callbacks } from './call'

interface ToastOptions extends Callbacks {
  title: string
  icon?: 'success' | 'error' | 'loading' | 'none'
  duration?: number
}
interface ModalOptions extends Callbacks<{ confirm: boolean; cancel: boolean; content?: string }> {
  title?: string
  content?: string
  showCancel?: boolean
  cancelText?: string
  confirmText?: string
  confirmColor?: string
  editable?: boolean
  placeholderText?: string
}

const marks = { success: 'M6 17l7 7 14-15', error: 'M8 8l16 16M24 8L8 24' }

function toastIcon(icon: ToastOptions['icon']): HTMLElement[] {
  if (icon === 'none') return []
  const holder = element('i', icon === 'loading' ? 'loading' : '')
  const mark = icon === 'loading' ? undefined : marks[icon ?? 'success']
  if (mark)
    holder.innerHTML = `<svg viewBox="0 0 32 32"><path d="${mark}" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`
  return [holder]
}

export function interaction(overlay: (shown: HTMLElement) => void) {
  let toast: HTMLElement | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    toast?.remove()
    toast = undefined
  }
  const show = (title: string, icon: ToastOptions['icon'], duration?: number) => {
    hide()
    toast = element('div', 'mp-toast', ...toastIcon(icon), title)
    overlay(toast)
    if (duration) timer = setTimeout(hide, duration)
    return {}
  }

  return {
    showToast: (options: ToastOptions) =>
      answer('showToast', options, () => show(options.title, options.icon, options.duration ?? 1500)),
    hideToast: (options?: Callbacks) => answer('hideToast', options, () => (hide(), {})),
    showLoading: (options: ToastOptions) => answer('showLoading', options, () => show(options.title, 'loading')),
    hideLoading: (options?: Callbacks) => answer('hideLoading', options, () => (hide(), {})),

    showModal: (options: ModalOptions) =>
      answer('showModal', options, () => {
        hide() // as in WeChat, one speaks at a time
        const cancel = element('button', 'no', options.cancelText ?? '取消')
        const confirm = element('button', 'yes', options.confirmText ?? '确定')
        if (options.confirmColor) confirm.style.color = options.confirmColor
        const buttons = options.showCancel === false ? [confirm] : [cancel, confirm]
        const field = element('input')
        field.placeholder = options.placeholderText ?? ''
        if (options.editable) field.value = options.content ?? ''
        const body = options.editable ? field : element('p', '', options.content ?? '')
        const dialog = element('div', 'mp-dialog', element('h1', '', options.title ?? ''), body)
        dialog.append(element('div', 'mp-buttons', ...buttons))
        const mask = element('div', 'mp-mask', dialog)
        overlay(mask)
        ;(options.editable ? field : confirm).focus()
        mask.addEventListener('keydown', ({ key }) => {
          if (key === 'Escape' && options.showCancel !== false) cancel.click()
          else if (key === 'Enter' && options.editable) confirm.click()
        })
        return new Promise<{ confirm: boolean; cancel: boolean; content?: string }>((resolve) => {
          const end = (confirmed: boolean) => {
            mask.remove()
            resolve({ confirm: confirmed, cancel: !confirmed, ...(options.editable && { content: field.value }) })
          }
          cancel.addEventListener('click', () => end(false))
          confirm.addEventListener('click', () => end(true))
        })
      }),

    setClipboardData: (options: Callbacks & { data: string }) =>
      answer('setClipboardData', options, async () => {
        await navigator.clipboard.writeText(options.data)
        show('内容已复制', 'none', 1500)
        return {}
      }),

    previewMedia(options: Callbacks & { sources: { url: string; poster?: string }[]; current?: number }) {
      return answer('previewMedia', options, () => {
        const source = options.sources[options.current ?? 0]
        const video = element('video')
        video.src = sourceOf(source?.url ?? '')
        video.poster = source?.poster ? sourceOf(source.poster) : ''
        video.controls = video.autoplay = true
        const shown = element('div', 'mp-preview', video)
        shown.addEventListener('click', () => shown.remove())
        overlay(shown)
        return {}
      })
    },

    previewImage(options: Callbacks & { urls: string[]; current?: string }) {
      return answer('previewImage', options, () => {
        const picture = element('img')
        picture.src = sourceOf(options.current ?? options.urls[0] ?? '')
        const shown = element('div', 'mp-preview', picture)
        shown.addEventListener('click', () => shown.remove())
        overlay(shown)
        return {}
      })
    },
  }
}
