// A process of its own: compiles the project at the root with miniprogram-ci, offline, and prints the files as JSON.
import './offline'
import { generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { from } from '../../dependencies/install'

const root = path.join(__dirname, '../..')

interface Tool {
  readonly Project: new (options: object) => object
  readonly DefaultProjectAttr: object
  getCompiledResult(options: object, zip: string): Promise<unknown>
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it lives outside the project's own node_modules
const ci = require(from('wechat', 'miniprogram-ci')) as Tool

/** The names in a zip file's central directory. */
function namesIn(zip: Buffer): string[] {
  const names: string[] = []
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 46))
    names.push(zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)).replace('./', ''))
  return names
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'official-compile-'))
  const key = path.join(folder, 'private.key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  fs.writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' })) // asked for, never used: nothing is uploaded
  const project = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath: root,
    privateKeyPath: key,
    ignores: ['node_modules/**/*', '.git/**/*'],
  })
  // What the tool would ask WeChat's server about the app id.
  Object.assign(project, { attr: () => Promise.resolve(ci.DefaultProjectAttr) })
  const zip = path.join(folder, 'result.zip')
  await ci.getCompiledResult({ project, version: '0', setting: { useProjectConfig: true } }, zip)
  const names = namesIn(fs.readFileSync(zip))
  fs.rmSync(folder, { recursive: true, force: true })
  process.stdout.write(`\n${JSON.stringify(names)}`)
  process.exit(0)
}

main().catch((error: unknown) => {
  process.stderr.write(String(error))
  process.exit(1)
})
