// Which folder may import which (types included), and that nothing imports in a circle.
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  comment: `${from} may import only itself and ${allowed.join(', ') || 'nothing'}`,
  from: { path: `^src/${from}` },
  to: { path: '^src/', pathNot: [`^src/${from}`, ...allowed.map((folder) => `^src/${folder}`)] },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('errors', 'errors/', []),
    only('ports', 'ports/', []),
    only('bytes', 'bytes/', ['errors/']),
    only('protocol', 'protocol/', ['errors/', 'ports/']),
    only('machine', 'machine/', ['protocol/', 'errors/', 'ports/']),
    only('codec', 'mqtt/codec/', ['errors/', 'bytes/']),
    only('mqtt', 'mqtt/', ['protocol/', 'errors/', 'bytes/', 'ports/']),
    only('token', 'token/', ['protocol/', 'ports/', 'errors/', 'bytes/']),
    only('message', 'message/', ['log/record', 'ports/', 'errors/', 'bytes/']),
    only('log', 'log/', ['ports/', 'errors/', 'bytes/']),
    only('runtime', 'runtime/', ['machine/', 'protocol/', 'token/', 'log/record', 'ports/', 'errors/', 'bytes/']),
    only('wx', 'wx/', ['ports/', 'protocol/', 'errors/', 'bytes/']),
    { name: 'sdk-stands-alone', severity: 'error', from: { path: '^src/' }, to: { path: '^(simulator|server|test|bench|start|preview)/' } },
    { name: 'sdk-dependencies', severity: 'error', comment: 'every byte ships', from: { path: '^src/' }, to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/(loglevel|eventemitter3)/' } },
    { name: 'simulator-core-is-portable', severity: 'error', from: { path: '^simulator/core/' }, to: { pathNot: '^simulator/core/' } },
    { name: 'simulator-knows-no-sdk', severity: 'error', from: { path: '^(simulator|server)/' }, to: { path: '^src/' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(miniprogram_dist|dist)/' },
  },
}
