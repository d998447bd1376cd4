// The demo's folder that DevTools compiles.
import path from 'node:path'

export const miniprogramRoot = path.join(__dirname, '../miniprogram-demo/miniprogram')
