// What the page says about size and start, in both languages.
const en = {
  title: 'Size and start',
  about: (
    rounds: number,
  ) => `The file that a mini-program would ship: the package's own where that is one minified CommonJS file (as ours is), else what esbuild bundles and
minifies of it (ES2018); gzip level 9. Evaluation: compile and run in a fresh process and a fresh context without anything a phone lacks, median of ${rounds}. Heap: in
use after a collection, what evaluation adds, and what the first and the second connection add (to a server of a few lines; the vendors' SDKs
need their vendor's servers). Most of the first is code, compiled when it first runs; the second is what a connection itself holds.`,
  head: [
    '',
    'minified',
    'gzip',
    'evaluation, ms',
    '`--jitless`',
    'heap after load, KB',
    '+ first connection, KB',
    '+ second connection, KB',
    'cannot load without',
  ],
  bytes: { title: 'Bytes to ship', note: 'minified and gzipped; shorter is better' },
  start: {
    title: 'Time to evaluate',
    plot: 'Time to evaluate, --jitless',
    note: 'milliseconds in a fresh process; shorter is better',
  },
  entries: `**By entry**, in bytes. WeChat counts what is minified and not packed; its compiler is that of \`miniprogram-ci\`, on an app in two packages
(\`examples/parts\`), with 将 JS 编译成 ES5 on and off.`,
  entryHead: ['', 'minified', 'gzip', 'zstd -19', 'WeChat, ES5 on', 'WeChat, ES5 off'],
  connection: (how: string) => `the connection, by token, ${how}`,
  everything: (how: string) => `everything, ${how}`,
  unit: ' bytes',
  evaluation: "evaluation of the connection, against Easemob's",
  heap: 'heap of the first connection',
  second: 'heap of a second connection',
}

const zh: typeof en = {
  title: '体积与启动',
  about: (
    rounds,
  ) => `小程序要带的文件：如果包自己就是一个压缩过的 CommonJS 文件（我们的就是），用它；否则用 esbuild 打包并压缩（ES2018）；
gzip 级别 9。执行：在新的进程、新的上下文里编译并运行，手机没有的东西一样不给，取 ${rounds} 次的中位数。堆：回收之后占用的内存，
分别是执行、第一个连接、第二个连接所增加的（连到一个几行的服务器；各厂商的 SDK 需要它们厂商的服务器）。
第一个连接增加的大部分是首次运行时编译的代码；第二个增加的才是一个连接自己占用的。`,
  head: [
    '',
    '压缩后',
    'gzip',
    '执行，毫秒',
    '`--jitless`',
    '加载后的堆，KB',
    '+ 第一个连接，KB',
    '+ 第二个连接，KB',
    '缺了就无法加载',
  ],
  bytes: { title: '要带的字节', note: '压缩并 gzip 之后；越短越好' },
  start: { title: '执行所需的时间', plot: '执行所需的时间，--jitless', note: '新进程中的毫秒数；越短越好' },
  entries: `**各入口**，字节。微信计算的是压缩后、未打包的大小；它的编译器取自 \`miniprogram-ci\`，用于分成两个包的应用
（\`examples/parts\`），“将 JS 编译成 ES5”打开和关闭各一次。`,
  entryHead: ['', '压缩后', 'gzip', 'zstd -19', '微信，转 ES5', '微信，不转 ES5'],
  connection: (how) => `连接（令牌登录），${how}`,
  everything: (how) => `全部功能，${how}`,
  unit: ' 字节',
  evaluation: '连接的执行，与环信相比',
  heap: '第一个连接的堆',
  second: '第二个连接的堆',
}

export const words = { en, zh }
