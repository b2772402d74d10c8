// A dialog that closes on Escape, on its button and on a click beside it, and hands the focus back.
import { element, type Child } from '../element.ts'
import { icon } from '../catalogue/icons.ts'
import { words } from '../words/index.ts'

export type Shape = 'sheet' | 'card'

let opened = 0

export function openDialog(shape: Shape, title: string, ...content: Child[]): HTMLDialogElement {
  const close = () => dialog.close()
  const heading = element('h2', { id: `dialog-${++opened}` }, title)
  const dialog = element('dialog', { class: `dialog ${shape}`, 'aria-labelledby': heading.id },
    element('header', {}, heading, element('button', { class: 'round', 'aria-label': words().close, click: close }, icon('close'))),
    element('div', { class: 'content' }, ...content))
  dialog.addEventListener('click', event => { if (event.target === dialog) close() })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

/** When the page is rebuilt in another language, what was open in the old one goes. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
}
