// The faces and signs that the panel under a chat offers.
export const emoji =
  '😀 😄 😂 🙂 😉 😍 😘 😜 🤔 😏 😴 😭 😡 😱 😅 🙄 😎 🤗 🥳 😷 👍 👎 👌 🙏 💪 👏 🤝 ✌️ 👀 💯 ❤️ 💔 🎉 🌹 ☕ 🍻 🐶 🐱 ☀️ 🌙'.split(
    ' ',
  )
