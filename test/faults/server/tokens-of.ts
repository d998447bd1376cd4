// Tokens of users, as the app's own server gets them.
import type { RunningServer } from '../../../server/server'

export const tokensOf =
  ({ apiUrl, adminSecret }: RunningServer) =>
  async (username: string): Promise<string> => {
    const response = await fetch(`${apiUrl}/acme/chat/admin/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminSecret}` },
      body: JSON.stringify({ username }),
    })
    return ((await response.json()) as { access_token: string }).access_token
  }
