// What can be measured of a page's looks, by a function that runs in the browser: contrast of text, size of what is tapped.

export interface Looks {
  /** "text: 3.2" for each text below 4.5:1 against what is behind it. */
  readonly pale: string[]
  /** "class: 30" for each target of a finger that is lower than 44 px. */
  readonly small: string[]
}

/** Of the page on the screen of the phone in this frame. Self-contained: it is sent to the browser as text. */
export function look(): Looks {
  type Colour = readonly [number, number, number, number]
  const { document, getComputedStyle } = globalThis as unknown as {
    document: { querySelector(selector: string): Node | null }
    getComputedStyle(node: Node): Record<string, string>
  }
  interface Node {
    readonly children: Iterable<Node>
    readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string }>
    readonly parentElement: Node | null
    readonly className: string
    querySelectorAll(selector: string): Iterable<Node>
    getBoundingClientRect(): { width: number; height: number }
  }
  const colour = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (/\(([^)]*)\)/.exec(text)?.[1] ?? '').split(/[\s,/]+/).map(Number)
    return [r, g, b, a]
  }
  const over = ([r, g, b, a]: Colour, [x, y, z]: Colour): Colour => [
    r * a + x * (1 - a),
    g * a + y * (1 - a),
    b * a + z * (1 - a),
    1,
  ]
  const luminance = (rgb: Colour) =>
    rgb.slice(0, 3).reduce((sum, value, index) => {
      const part = value / 255
      return sum + [0.2126, 0.7152, 0.0722][index]! * (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    }, 0)
  const behind = (node: Node | null): Colour => {
    if (!node) return [255, 255, 255, 1]
    const own = colour(getComputedStyle(node).backgroundColor ?? '')
    return own[3] >= 1 ? own : over(own, behind(node.parentElement))
  }
  const page = document.querySelector('.mp-page:not([hidden])')!
  const shown = (node: Node) => node.getBoundingClientRect().height > 0
  const pale: string[] = []
  for (const node of page.querySelectorAll('*')) {
    const text = [...node.childNodes]
      .filter(({ nodeType }) => nodeType === 3)
      .map(({ textContent }) => textContent.trim())
      .join('')
    // A picture drawn with a letter, and what is switched off, are no text to read.
    if (!text || !shown(node) || /\p{Extended_Pictographic}/u.test(text) || node.className.includes('avatar')) continue
    const ground = behind(node)
    const [light, dark] = [luminance(over(colour(getComputedStyle(node).color ?? ''), ground)), luminance(ground)].sort(
      (a, b) => b - a,
    )
    const contrast = (light! + 0.05) / (dark! + 0.05)
    if (contrast < 4.5) pale.push(`${text.slice(0, 12)}: ${contrast.toFixed(1)}`)
  }
  const small = [...page.querySelectorAll('[role=button], [role=tab], wx-button, wx-input, wx-textarea, .row, .drill')]
    .filter((node) => shown(node) && node.getBoundingClientRect().height < 43.5)
    .map((node) => `${node.className}: ${Math.round(node.getBoundingClientRect().height)}`)
  return { pale, small }
}
