// The ids of the probe's steps, in their order, for tests that cannot load a mini-program's code.
import fs from 'node:fs'
import path from 'node:path'
import { miniprogramRoot } from '../../preview/miniprogram-root'

const source = fs.readFileSync(path.join(miniprogramRoot, 'probe/steps.ts'), 'utf8')
export const steps = [...source.slice(source.indexOf('= [')).matchAll(/^ {2}(\w+),$/gm)].map(([, id]) => id!)
