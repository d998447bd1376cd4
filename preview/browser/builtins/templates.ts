// What is inside each built-in component that the preview knows, as WXML. A tag that is missing here is not supported.

const slot = '<slot/>'
const field =
  'placeholder="{{placeholder}}" disabled="{{disabled}}" maxlength="{{maxlength < 0 ? 9999999 : maxlength}}"'

export const builtinTemplates: Readonly<Record<string, string>> = {
  view: slot,
  text: slot,
  form: slot,
  label: slot,
  button: slot,
  navigator: slot,
  'scroll-view': slot,
  icon: '',
  input: `<input type="{{password ? 'password' : (type === 'number' || type === 'digit') ? 'tel' : 'text'}}" ${field} autocomplete="off" spellcheck="{{false}}"/>`,
  textarea: `<textarea ${field} rows="1"></textarea>`,
  image: '<img draggable="false"/>',
  switch: '<input type="checkbox"/>',
}
