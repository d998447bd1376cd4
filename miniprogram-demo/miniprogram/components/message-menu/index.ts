// What can be done with one message, from below: the choices of im/menu.ts, and its whole life.
import { lifeOf, type Line } from '../../im/life'
import { menuOf, type Menu } from '../../im/menu'
import type { Row } from '../../im/rows'

Component({
  properties: { row: { type: Object, value: {} } },
  data: { menu: null as Menu | null, life: null as readonly Line[] | null },
  observers: {
    row(row: Row) {
      this.setData({ menu: menuOf(row), life: null })
    },
  },
  methods: {
    pick(event: WechatMiniprogram.TouchEvent<object, object, { choice: Menu['choices'][number]['choice'] }>) {
      const { choice } = event.currentTarget.dataset
      const id = this.data.menu?.id ?? ''
      if (choice === 'life') {
        this.setData({ life: lifeOf(id) })
        return
      }
      this.close()
      this.triggerEvent('pick', { id, choice })
    },
    close() {
      this.triggerEvent('close')
    },
    /** A tap inside is not one on what is behind. */
    stay() {
      return undefined
    },
  },
})
