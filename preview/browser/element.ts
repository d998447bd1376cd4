// Makes a DOM element in one line.

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  made.className = className
  made.append(...children)
  return made
}

/** An element from markup that is written in this folder, never from data. */
export function fromMarkup(markup: string): HTMLElement {
  const template = document.createElement('template')
  template.innerHTML = markup.trim()
  return template.content.firstElementChild as HTMLElement
}

export function addStyle(css: string): HTMLStyleElement {
  const style = element('style', '', css)
  document.head.append(style)
  return style
}
