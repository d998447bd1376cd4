// One desk at a time: a second tab would log the same two users in again and end the first tab's sessions.
import { element } from '../element'

const NAME = 'miniprogram-im desk'

function notice(title: string, text: string, button: HTMLButtonElement): void {
  document.body.replaceChildren(element('main', 'only', element('h1', '', title), element('p', '', text), button))
  button.focus()
}

/** Holds the desk until another tab takes it; resolves when this one lost it. */
const hold = (options: LockOptions, got: () => void): Promise<void> =>
  navigator.locks
    .request(NAME, options, (lock) => {
      if (!lock) throw new Error('taken')
      got()
      return new Promise<never>(() => undefined)
    })
    .then(
      () => undefined,
      () => undefined,
    )

/** Opens the desk here, or says that it is open elsewhere and offers to move it. */
export async function onlyHere(open: () => void): Promise<void> {
  const held = { once: false }
  const got = () => {
    held.once = true
    document.body.replaceChildren()
    open()
  }
  const move = element('button', 'action primary', '在这里打开')
  move.addEventListener('click', () => location.assign('?here'))
  await hold(new URLSearchParams(location.search).has('here') ? { steal: true } : { ifAvailable: true }, got)
  if (held.once) notice('这两部手机已移到另一个标签页', '同一个用户只能在一处登录，所以这里停下了。', move)
  else notice('这两部手机已经在另一个标签页打开', '再开一份会让两边互相挤下线。可以把它们移到这里。', move)
}
