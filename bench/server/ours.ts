// The embedded server in a process of its own, with everything on the disk, as `npm run server` starts it. First it enrols the
// users and ends, so that the next process, which serves, has nothing in its memory but what a server that starts has. Prints where it is.
import { startServer } from '../../server/server'

const most = Number(process.argv[2])
const data = process.argv[3]!
const enrolling = process.argv[4] === 'enrol'

/** Users and their tokens, as an app's own server asks for them. */
async function enrol(apiUrl: string, secret: string): Promise<string[]> {
  const tokens: string[] = []
  const one = async (at: number): Promise<void> => {
    const answer = await fetch(`${apiUrl}/acme/chat/admin/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: JSON.stringify({ username: `u${at}` }),
    })
    tokens[at] = ((await answer.json()) as { access_token: string }).access_token
  }
  for (let at = 0; at < most; at += 100) {
    await Promise.all(Array.from({ length: Math.min(100, most - at) }, (_, next) => one(at + next)))
  }
  return tokens
}

const main = async (): Promise<void> => {
  const server = await startServer({ data, limits: { connections: most + 100, strangersPerAddress: most } })
  const passwords = enrolling ? await enrol(server.apiUrl, server.adminSecret) : []
  process.send?.({ url: server.url, passwords })
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
}

void main()
