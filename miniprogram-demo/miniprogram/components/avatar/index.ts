// A user's picture: the first letter on a colour that is always the same for the same name.
const colours = ['#5b8ff9', '#3bb58f', '#f6a04d', '#e8684a', '#9270ca', '#269a99', '#d66ba0', '#6d7fa8']

const colourOf = (name: string) =>
  colours[Array.from(name).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % colours.length]

Component({
  properties: { name: { type: String, value: '' }, size: { type: Number, value: 96 } },
  data: { initial: '', color: '' },
  observers: {
    name(name: string) {
      this.setData({ initial: name.slice(0, 1).toUpperCase(), color: colourOf(name) ?? '' })
    },
  },
})
