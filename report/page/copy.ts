// A button that copies a text, also in a page that was opened from disk.
import { h } from './dom'
import { words } from './view'

const copy = (text: string): Promise<void> => {
  // Pages from disk have no clipboard of their own in some browsers: a selection can still be copied.
  const box = h('textarea', { class: 'copied-text' })
  box.value = text
  document.body.append(box)
  box.select()
  const done = document.execCommand('copy')
  box.remove()
  return done ? Promise.resolve() : navigator.clipboard.writeText(text)
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
