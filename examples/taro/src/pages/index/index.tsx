import { useRef, useState } from 'react'
import { Button, Input, Text, View } from '@tarojs/components'
import { useLoad } from '@tarojs/taro'
import { createChat, type Chat, type Line } from '../../chat'

interface Query {
  readonly server?: string
  readonly user?: string
  readonly to?: string
}

export default function Index() {
  const [user, setUser] = useState('')
  const [to, setTo] = useState('')
  const [text, setText] = useState('')
  const [state, setState] = useState('未登录')
  const [lines, setLines] = useState<readonly Line[]>([])
  const chat = useRef<Chat>()

  // In DevTools, 编译模式 > 启动参数 fills these: server=…&user=alice&to=bob
  useLoad<Query>((query = {}) => {
    setUser(query.user ?? 'alice')
    setTo(query.to ?? 'bob')
    chat.current = createChat(decodeURIComponent(query.server ?? 'http://127.0.0.1:7380'), {
      state: setState,
      line: (line) => setLines((before) => [...before, line]),
    })
  })

  const login = () => void chat.current?.login(user)
  const send = () => {
    void chat.current?.send(to, text)
    setText('')
  }
  return (
    <View>
      <Input value={user} placeholder="我" onInput={({ detail }) => setUser(detail.value)} />
      <Button onClick={login}>登录</Button>
      <Text>{state}</Text>
      {lines.map((line) => (
        <View key={line.id}>{`${line.from}: ${line.text}`}</View>
      ))}
      <Input value={to} placeholder="对方" onInput={({ detail }) => setTo(detail.value)} />
      <Input value={text} placeholder="消息" onInput={({ detail }) => setText(detail.value)} />
      <Button onClick={send}>发送</Button>
    </View>
  )
}
