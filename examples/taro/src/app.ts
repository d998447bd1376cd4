import type { PropsWithChildren } from 'react'

// The connection lives in the page's module: nothing is to be done when the app starts.
export default function App({ children }: PropsWithChildren) {
  return children
}
