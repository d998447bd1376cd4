// A process of its own: makes of a mini-program what an upload would hold, with WeChat's own compiler and offline, and prints the names.
// `tsx tools/wechat/compile.ts [PROJECT [OUT]]`: the project at the root, unless another is named; OUT is filled with the files.
import './offline'
import { generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { from } from '../../dependencies/install'
import { inTemporaryFolder, root } from '../project'

interface Tool {
  readonly Project: new (options: object) => object
  readonly DefaultProjectAttr: object
  getCompiledResult(options: object, zip: string): Promise<unknown>
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it lives outside the project's own node_modules
const ci = require(from('wechat', 'miniprogram-ci')) as Tool

/** The files in a zip file, by its central directory. */
function* filesIn(zip: Buffer): Generator<[name: string, content: Buffer]> {
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 46)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)).replace('./', '')
    if (name === '' || name.endsWith('/')) continue // a folder
    const local = zip.readUInt32LE(at + 42)
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(begin, begin + zip.readUInt32LE(at + 20))
    yield [name, zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)]
  }
}

process.execArgv = [] // the tool's own processes know no TypeScript, and begin in the project's folder

async function main(projectPath = root, out?: string): Promise<void> {
  const names: string[] = []
  await inTemporaryFolder(async (folder) => {
    const key = path.join(folder, 'private.key')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    fs.writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' })) // asked for, never used: nothing is uploaded
    const project = new ci.Project({
      appid: 'wx0000000000000000',
      type: 'miniProgram',
      projectPath,
      privateKeyPath: key,
      ignores: ['node_modules/**/*', '.git/**/*'],
    })
    // What the tool would ask WeChat's server about the app id.
    Object.assign(project, { attr: () => Promise.resolve(ci.DefaultProjectAttr) })
    const zip = path.join(folder, 'result.zip')
    await ci.getCompiledResult({ project, version: '0', setting: { useProjectConfig: true } }, zip)
    for (const [name, content] of filesIn(fs.readFileSync(zip))) {
      names.push(name)
      if (out === undefined) continue
      fs.mkdirSync(path.dirname(path.join(out, name)), { recursive: true })
      fs.writeFileSync(path.join(out, name), content)
    }
  })
  process.stdout.write(`\n${JSON.stringify(names)}`)
  process.exit(0)
}

main(...process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(String(error))
  process.exit(1)
})
