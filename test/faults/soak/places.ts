// Where things are: the file under test, and the servers of the in-memory internet.
import { join } from 'node:path'

/** SDK_FILE: another build to test. */
export const SHIPPED = process.env.SDK_FILE ?? join(__dirname, '../../../miniprogram_dist/index.js')
export const API = 'https://im.example.com'
