// How the site is built: two languages with search, diagrams from their source, headings named as GitHub names them.
import { readFileSync } from 'node:fs'
import { withMermaid } from 'vitepress-plugin-mermaid'

const { sidebar, version } = JSON.parse(readFileSync(new URL('./site.json', import.meta.url), 'utf8'))

/** As GitHub does, so that links to a heading work in both places. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replace(/ /g, '-')

const chineseSearch = {
  translations: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      noResultsText: '没有找到',
      resetButtonTitle: '清除',
      footer: { selectText: '选择', navigateText: '移动', closeText: '关闭' },
    },
  },
}

/** Chinese has no spaces between words: each character is a term. */
const tokenize = (text) => text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}_]+/gu) ?? []

export default withMermaid({
  title: 'miniprogram-im',
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: [/^\/api\//],
  markdown: { anchor: { slugify } },
  themeConfig: {
    search: {
      provider: 'local',
      options: { miniSearch: { options: { tokenize } }, locales: { zh: chineseSearch } },
    },
    outline: { level: [2, 3] },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Instant-messaging connection SDK for WeChat mini-programs',
      themeConfig: {
        nav: [
          { text: 'API', link: '/api/index.html', target: '_self' },
          { text: version, link: '/changelog' },
        ],
        sidebar: sidebar.en,
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '微信小程序的即时通讯连接 SDK',
      themeConfig: {
        nav: [
          { text: 'API', link: '/api/index.html', target: '_self' },
          { text: version, link: '/changelog' },
        ],
        sidebar: sidebar.zh,
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
  },
})
