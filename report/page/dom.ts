// Elements, made in one line each. Text only ever becomes text, whatever a log contains.

type Child = Node | string | number | false | undefined
type Attributes = Readonly<Record<string, string | number | boolean | ((event: never) => void) | undefined>>

const fill = <E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E => {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as (event: Event) => void)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value))
  }
  element.append(
    ...children
      .filter((child) => child !== false && child !== undefined)
      .map((child) => (typeof child === 'number' ? String(child) : child)),
  )
  return element
}

/** An HTML element; an attribute that is a function listens to the event of its name. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, children)

/** An SVG element. */
export const s = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
