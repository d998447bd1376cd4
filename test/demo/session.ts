// A user of the demo who has logged in, over the fake SDK.
import { FakeConnection } from './fake-sdk'
import { settled, type Opened } from './page'

/** `login` opens the login page; it is gone again when this resolves. */
export async function logIn(login: () => Opened, user = 'alice'): Promise<FakeConnection> {
  const page = login()
  const fill = (field: string, value: string) =>
    page.querySelector(`.${field}`)!.dispatchEvent('input', { detail: { value } })
  fill('user', user)
  fill('password', 'secret')
  await settled()
  const opening = FakeConnection.prototype.open
  FakeConnection.prototype.open = () => Promise.resolve({ user, accessToken: 'token-1' })
  page.querySelector('.submit')!.dispatchEvent('tap')
  await settled()
  FakeConnection.prototype.open = opening
  page.detach()
  const connection = FakeConnection.newest
  connection.user = user
  return connection
}
