// docs/states.md, from the machine itself: what each state means is its doc comment, where it leads is found by walking it.
import type { EventName } from '../../src/machine/event'
import type { StateName } from '../../src/machine/state'
import { table } from '../../src/machine/transition'
import { moves } from './explore'
import { meaningsOf } from './meanings'

const states = Object.keys(table) as StateName[]

/** Left out of the drawing, because they lead from everywhere to the same place. */
const everywhere: readonly EventName[] = ['closeCalled', 'destroyCalled']

/** Drawn as one box: from wherever an attempt has come, it fails the same way. */
const attempt: readonly StateName[] = ['authorizing', 'queued', 'opening', 'handshaking']

export const statesPage = (): string => {
  const found = moves()
  const meanings = meaningsOf('src/machine/state.ts', 'State')
  const events = meaningsOf('src/machine/event.ts', 'Event')
  const targets = (state: StateName, event: EventName): StateName[] => {
    const reached = found.get(state)?.get(event) ?? new Set()
    return states.filter((one) => reached.has(one))
  }
  const leaving = (state: StateName) =>
    ([...events.keys()] as EventName[]).filter((event) => targets(state, event).some((to) => to !== state))
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')

  const box = (state: StateName) => (attempt.includes(state) ? 'attempt' : state)
  const inside = new Map<string, Set<EventName>>()
  const outside = new Map<string, Set<EventName>>()
  for (const from of states)
    for (const event of leaving(from).filter((one) => !everywhere.includes(one)))
      for (const to of targets(from, event)) {
        const within = box(from) === box(to)
        const arrow = within ? `${from} --> ${to}` : `${box(from)} --> ${box(to)}`
        const drawn = within ? inside : outside
        // Back to the start of the attempt: the next one begins.
        if (from !== to && !(within && to === 'authorizing'))
          drawn.set(arrow, (drawn.get(arrow) ?? new Set()).add(event))
      }
  const draw = (arrows: Map<string, Set<EventName>>, indent: string) =>
    [...arrows].map(([arrow, by]) => `${indent}${arrow}: ${[...by].join(', ')}`).join('\n')

  return `<!-- npm run docs:states writes this page from src/machine; a test compares them. -->
# The states of a connection

\`connection.state\` is one of these, and \`onStateChange\` tells each change. The connection is a pure function from a state and an
event to the next state and what is to be done ([transition.ts](../src/machine/transition.ts)); this page is found by walking it
from the start through everything that can happen.

## What each state means

| state | |
| --- | --- |
${states.map((state) => `| \`${state}\` | ${meanings.get(state) ?? ''} |`).join('\n')}

\`isOpened()\` is \`online\`. open() is accepted in \`idle\`, \`gaveUp\`, \`stopped\` and \`closing\`, and refused with ConnectionExist elsewhere.

## What can happen

| event | |
| --- | --- |
${[...events].map(([event, meaning]) => `| \`${event}\` | ${meaning} |`).join('\n')}

Whatever bears the number of an older attempt changes nothing, in any state.

## Where it leads

Where several states are named, it depends on what is left to try, on whether the app is on screen and the network there, and on how
the refusal was judged ([codes.md](codes.md)). An event that is not listed leaves the state as it is.

| state | event | leads to |
| --- | --- | --- |
${states.flatMap((state) => leaving(state).map((event, at) => `| ${at === 0 ? `\`${state}\`` : ''} | \`${event}\` | ${list(targets(state, event))} |`)).join('\n')}

## The same as a drawing

Without ${list(everywhere)}, which lead from every state but \`destroyed\` to \`closing\`. Whatever leaves the box \`attempt\` may do so from
wherever the attempt has come.

\`\`\`mermaid
stateDiagram-v2
  [*] --> idle
  state attempt {
    [*] --> authorizing
${draw(inside, '    ')}
  }
${draw(outside, '  ')}
\`\`\`
`
}
