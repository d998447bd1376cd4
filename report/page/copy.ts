// A button that copies a text, also in a page that was opened from disk.
import { h } from './dom'
import { words } from './view'

/** By a selection: pages that come over plain http have no clipboard. */
const copySelected = (text: string) => {
  const box = h('textarea', { class: 'copied-text' })
  box.value = text
  document.body.append(box)
  box.select()
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way where navigator.clipboard is missing
  document.execCommand('copy')
  box.remove()
}

const copy = async (text: string): Promise<void> => {
  if (window.isSecureContext) await navigator.clipboard.writeText(text)
  else copySelected(text)
}

export const copyButton = (text: () => string): HTMLElement => {
  const button: HTMLButtonElement = h(
    'button',
    {
      class: 'copy',
      click: () =>
        void copy(text()).then(() => {
          button.textContent = words().copied
        }),
    },
    words().copy,
  )
  return button
}
