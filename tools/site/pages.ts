// Which documents are on the site, in which order, and what their groups are called in both languages.

export interface Group {
  readonly en: string
  readonly zh: string
  /** Paths in the repository, of the English page; the Chinese one stands beside it as `NAME.zh-CN.md`. */
  readonly pages: readonly string[]
}

export const groups: readonly Group[] = [
  { en: 'Start', zh: '开始', pages: ['README.md', 'docs/login.md', 'docs/demo.md'] },
  {
    en: 'Guides',
    zh: '指南',
    pages: [
      'docs/parts.md',
      'docs/node.md',
      'docs/messages.md',
      'docs/archive.md',
      'docs/notifications.md',
      'docs/codes.md',
      'docs/states.md',
      'docs/architecture.md',
      'docs/logs.md',
    ],
  },
  {
    en: 'Moving from',
    zh: '迁移',
    pages: ['docs/migration/easemob.md', 'docs/migration/nim.md', 'docs/migration/rongcloud.md'],
  },
  {
    en: 'The server',
    zh: '服务器',
    pages: [
      'docs/servers/embedded.md',
      'docs/servers/ejabberd.md',
      'docs/servers/emqx.md',
      'docs/servers/mosquitto.md',
      'docs/servers/rabbitmq.md',
      'docs/protocol.md',
      'docs/rest.md',
    ],
  },
  {
    en: 'Evidence',
    zh: '依据',
    pages: [
      'docs/reliability.md',
      'docs/probe.md',
      'docs/benchmarks.md',
      'docs/wechat-runtime.md',
      'simulator/README.md',
      'CHANGELOG.md',
    ],
  },
  { en: 'Contributing', zh: '参与', pages: ['CONTRIBUTING.md', 'docs/decisions/README.md'] },
]

/** Further pages whose names begin so are on the site as they come, at the end of the group that is named. */
export const families: readonly { readonly begins: string; readonly group: string }[] = [
  { begins: 'docs/guides/', group: 'Guides' },
  { begins: 'docs/servers/', group: 'The server' },
  { begins: 'docs/decisions/', group: 'Contributing' },
]
