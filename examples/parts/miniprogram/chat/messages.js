// The chat subpackage: it hands the messages part to the connection of the main package, whatever page is opened first.
import { messages } from 'miniprogram-im/messages'

const { conn } = getApp()
const chat = conn.use(messages())

/** What was said, oldest first. */
const lines = []
let show = () => {}

const add = (line) => {
  lines.push(line)
  show(lines)
}

/** `listener` is given every line now and at every change; one at a time. */
export const listen = (listener) => {
  show = listener
  show(lines)
}

export const say = (to, text) =>
  chat.send({ type: 'txt', to, msg: text }).then(({ serverMsgId: id }) => add({ id, from: '我', text }))

chat.on('onTextMessage', ({ id, from, msg }) => add({ id, from, text: msg }))
