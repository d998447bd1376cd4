// The desk's switches and buttons. What each does is written on it, not in a tooltip that no finger ever opens.
import { element } from '../element'

export interface Choice<Value> {
  readonly root: HTMLElement
  select(value: Value): void
}

export function choice<Value>(
  label: string,
  options: readonly (readonly [Value, string])[],
  choose: (value: Value) => void,
): Choice<Value> {
  const buttons = options.map(([value, text]) => {
    const button = element('button', '', text)
    button.addEventListener('click', () => {
      select(value)
      choose(value)
    })
    return button
  })
  const select = (value: Value) =>
    buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(options[index]?.[0] === value)))
  const group = element('div', 'choice', ...buttons)
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', label)
  return { root: element('div', 'field', element('label', '', label), group), select }
}

export function action(text: string, explanation: string, run: () => void): HTMLButtonElement {
  const button = element('button', 'action', element('span', '', text))
  if (explanation) button.append(element('small', '', explanation))
  button.addEventListener('click', run)
  return button
}
