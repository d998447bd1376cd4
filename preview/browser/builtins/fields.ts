// <input>, <textarea> and <switch>: what the user types goes to the component's data and out as an event.
import { fire, inner, type BuiltIn, type Definition } from './definition'

type Field = HTMLInputElement | HTMLTextAreaElement

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
    value(value: string) {
      const field = inner(this) as Field | undefined // none yet before the first render
      if (field && field.value !== value) field.value = value
    },
    focus(wanted: boolean) {
      if (wanted) setTimeout(() => (inner(this) as Field).focus())
    },
  },
  attached() {
    const field = inner(this) as Field
    field.value = this.data.value as string
    field.addEventListener('input', () => {
      this._$.replaceDataOnPath(['value'], field.value)
      this._$.applyDataUpdates()
      fire(this, 'input', { value: field.value, cursor: field.selectionStart, keyCode: 0 })
    })
    field.addEventListener('focus', () => fire(this, 'focus', { value: field.value, height: 0 }))
    field.addEventListener('blur', () => fire(this, 'blur', { value: field.value }))
    field.addEventListener('keydown', (event) => {
      const { key, isComposing } = event as KeyboardEvent
      if (key !== 'Enter' || isComposing || multiline) return
      fire(this, 'confirm', { value: field.value })
      if (!this.data.confirmHold) field.blur()
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
