// <input>, <textarea> and <switch>: what the user types goes to the component's data and out as an event.
import { fire, inner, reflect, type BuiltIn, type Definition } from './definition'

type Field = HTMLInputElement | HTMLTextAreaElement

/** A computer's keyboard, as in WeChat on a computer: Enter confirms, in a text of several lines Shift+Enter breaks the line. */
const textField = (multiline: boolean): Definition => ({
  properties: {
    value: String,
    type: { type: String, value: 'text' },
    name: String,
    password: Boolean,
    placeholder: String,
    placeholderClass: String,
    placeholderStyle: String,
    disabled: Boolean,
    maxlength: { type: Number, value: 140 },
    focus: Boolean,
    confirmType: String,
    confirmHold: Boolean,
    cursorSpacing: Number,
    adjustPosition: Boolean,
    holdKeyboard: Boolean,
    autoHeight: Boolean,
    showConfirmBar: Boolean,
    disableDefaultPadding: Boolean,
  },
  observers: {
    ...reflect('autoHeight'),
    value(value: string) {
      const field = inner(this) as Field | undefined // none yet before the first render
      if (!field || field.value === value) return
      field.value = value
      this.fit?.()
    },
    focus(wanted: boolean) {
      if (wanted) setTimeout(() => (inner(this) as Field).focus())
    },
  },
  attached() {
    const field = inner(this) as Field
    field.value = this.data.value as string
    /** As tall as its text; the page's style sets the bounds. */
    const fit = () => {
      if (!multiline || !this.data.autoHeight) return
      const before = field.style.height
      field.style.height = '0'
      const height = `${field.scrollHeight}px`
      field.style.height = height
      if (height !== before) fire(this, 'linechange', { height: field.scrollHeight, lineCount: 0, heightRpx: 0 })
    }
    this.fit = fit
    setTimeout(fit) // once it is laid out
    field.addEventListener('input', () => {
      fit()
      this._$.replaceDataOnPath(['value'], field.value)
      this._$.applyDataUpdates()
      fire(this, 'input', { value: field.value, cursor: field.selectionStart, keyCode: 0 })
    })
    field.addEventListener('focus', () => fire(this, 'focus', { value: field.value, height: 0 }))
    field.addEventListener('blur', () => fire(this, 'blur', { value: field.value }))
    field.addEventListener('keydown', (event) => {
      const { key, isComposing, shiftKey } = event as KeyboardEvent
      if (key !== 'Enter' || isComposing || (multiline && shiftKey)) return
      event.preventDefault()
      fire(this, 'confirm', { value: field.value })
      if (!multiline && !this.data.confirmHold) field.blur()
    })
    if (this.data.focus) field.focus()
  },
})

export const input = textField(false)
export const textarea = textField(true)

export const switchField: Definition = {
  properties: { checked: Boolean, disabled: Boolean, color: String, type: String },
  observers: {
    checked(checked: boolean) {
      const box = inner(this) as HTMLInputElement | undefined
      if (box) box.checked = checked
    },
  },
  attached(this: BuiltIn) {
    const box = inner(this) as HTMLInputElement
    box.checked = Boolean(this.data.checked)
    box.disabled = Boolean(this.data.disabled)
    box.addEventListener('change', () => fire(this, 'change', { value: box.checked }))
  },
}
