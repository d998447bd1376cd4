// The page of all states, in English or Chinese, from the machine itself: where a state leads is found by walking it.
import type { EventName } from '../../src/machine/event'
import type { StateName } from '../../src/machine/state'
import { table } from '../../src/machine/transition'
import type { Language } from '../language'
import { inChinese } from './chinese'
import type { Exploration } from './explore'
import { meaningsOf } from './meanings'

const stateComments = meaningsOf('src/machine/state.ts', 'State')
const eventComments = meaningsOf('src/machine/event.ts', 'Event')

const states = Object.keys(table) as StateName[]
const events = [...eventComments.keys()] as EventName[]

/** Left out of the drawing, because they lead from everywhere to the same place. */
const everywhere: readonly EventName[] = ['closeCalled', 'destroyCalled']

/** Drawn as one box: from wherever an attempt has come, it fails the same way. */
const attempt: readonly StateName[] = ['authorizing', 'queued', 'opening', 'handshaking']

const names = (some: readonly string[], separator: string) => some.map((name) => `\`${name}\``).join(separator)

interface Words {
  /** What stands before the first table. */
  readonly introduction: string
  readonly aboutEvents: string
  /** What a doc comment of the machine says, in this language. */
  readonly say: (comment: string) => string
  readonly aboutMoves: string
  readonly columns: readonly [state: string, event: string, target: string]
  readonly separator: string
  readonly aboutDrawing: string
}

const english: Words = {
  introduction: `# The states of a connection

[简体中文](states.zh-CN.md)

<!-- npm run docs:states writes this page from src/machine; a test compares them. -->

\`connection.state\` is one of these, and \`onStateChange\` tells each change. The connection is a pure function from a state and an
event to the next state and what is to be done ([transition.ts](../src/machine/transition.ts)); this page is found by walking it
from the start through everything that can happen.

## What each state means`,
  aboutEvents: `\`isOpened()\` is \`online\`. open() is accepted in \`idle\`, \`gaveUp\`, \`stopped\` and \`closing\`, and refused with ConnectionExist elsewhere.

## What can happen`,
  say: (comment) => comment,
  aboutMoves: `Whatever bears the number of an older attempt changes nothing, in any state.

## Where it leads

Where several states are named, it depends on what is left to try, on whether the app is on screen and the network there, and on how
the refusal was judged ([codes.md](codes.md)). An event that is not listed leaves the state as it is.`,
  columns: ['state', 'event', 'leads to'],
  separator: ', ',
  aboutDrawing: `## The same as a drawing

Without ${names(everywhere, ', ')}, which lead from every state but \`destroyed\` to \`closing\`. Whatever leaves the box \`attempt\` may do so from
wherever the attempt has come. A socket has [a life of its own](architecture.md#the-life-of-a-socket), which may outlast its attempt.`,
}

const chinese: Words = {
  introduction: `# 连接的状态

[English](states.md)

<!-- 由 npm run docs:states 根据 src/machine 生成；有测试比对。 -->

\`connection.state\` 是下列状态之一，每次变化由 \`onStateChange\` 告知。连接是一个纯函数：由状态和事件得出下一个状态，以及要做的事
（[transition.ts](../src/machine/transition.ts)）。本页由程序从初始状态出发，走遍一切可能发生的事之后生成。

## 各个状态的含义`,
  aboutEvents: `\`isOpened()\` 就是 \`online\`。在 \`idle\`、\`gaveUp\`、\`stopped\`、\`closing\` 状态下可以调用 open()，其他状态下以 ConnectionExist 拒绝。

## 可能发生的事`,
  say: inChinese,
  aboutMoves: `凡是带着旧的尝试编号的事件，在任何状态下都不起作用。

## 转到哪里

列出多个状态时，去哪一个取决于还剩多少重试、小程序是否在前台、有没有网络，以及拒绝属于哪一类（[codes.zh-CN.md](codes.zh-CN.md)）。
没有列出的事件不改变状态。`,
  columns: ['状态', '事件', '转到'],
  separator: '、',
  aboutDrawing: `## 同样的内容，画成图

省去了 ${names(everywhere, '、')}：除 \`destroyed\` 外，它们从任何状态都转到 \`closing\`。从 \`attempt\` 框出发的箭头，可以从框内的任何一步发生。
socket [自有一生](architecture.zh-CN.md#一个-socket-的一生)，可能比它的尝试更长。`,
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** `found` is what the walk found: one walk does for both languages. */
export const statesPage = (language: Language, found: Exploration['moves']): string => {
  const words = language === 'en' ? english : chinese
  const targets = (state: StateName, event: EventName): StateName[] => {
    const reached = found.get(state)?.get(event) ?? new Set()
    return states.filter((one) => reached.has(one))
  }
  const leaving = (state: StateName) => events.filter((event) => targets(state, event).some((to) => to !== state))

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

  const [state, event] = words.columns
  const explained = (title: string, all: readonly string[], comments: ReadonlyMap<string, string>) => {
    const rows = all.map((name) => line([`\`${name}\``, words.say(comments.get(name) ?? '')]))
    return [`| ${title} | |`, '| --- | --- |', ...rows].join('\n')
  }

  return `${words.introduction}

${explained(state, states, stateComments)}

${words.aboutEvents}

${explained(event, events, eventComments)}

${words.aboutMoves}

${line(words.columns)}
${line(words.columns.map(() => '---'))}
${states
  .flatMap((from) =>
    leaving(from).map((by, at) =>
      line([at === 0 ? `\`${from}\`` : '', `\`${by}\``, names(targets(from, by), words.separator)]),
    ),
  )
  .join('\n')}

${words.aboutDrawing}

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
