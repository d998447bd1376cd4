// The connection's last minute, drawn; redrawn each second while the page is on screen.
import { picture } from '../../im/timeline'

let timer = 0

Component({
  data: { picture: picture() },
  lifetimes: {
    attached() {
      this.start()
    },
    detached() {
      clearInterval(timer)
    },
  },
  pageLifetimes: {
    show() {
      this.start()
    },
    hide() {
      clearInterval(timer)
    },
  },
  methods: {
    start() {
      clearInterval(timer)
      this.draw()
      timer = setInterval(() => this.draw(), 1000)
    },
    draw() {
      this.setData({ picture: picture() })
    },
  },
})
