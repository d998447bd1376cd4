// Which texts of a page cannot be read: what WCAG 2 asks of ordinary text, worked out in the browser.

/** Texts with a contrast below 4.5 : 1 to the nearest background that is painted. Runs in the page. */
export const faintTexts = `(() => {
  const parse = (color) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color[3] > 200) return color
    }
    return parse(getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#000' : '#fff')
  }
  const found = new Set()
  for (const element of document.querySelectorAll('#page *')) {
    if (element instanceof SVGElement || element.getClientRects().length === 0) continue
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')) continue
    const [a, b] = [parse(getComputedStyle(element).color), behind(element)].map(light).sort((x, y) => y - x)
    const ratio = (a + 0.05) / (b + 0.05)
    if (ratio < 4.5) found.add(element.className + ' ' + ratio.toFixed(2) + ' ' + element.textContent.slice(0, 20))
  }
  return [...found]
})()`
