// The executable behind `npx miniprogram-im`.
import { main } from './main'

process.exitCode = main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
