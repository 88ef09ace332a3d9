/**
 * In a choice of several, Ant Design takes Tab for "choose what is marked", which takes away again what Enter has just chosen.
 * With nothing typed, Tab goes on to the next field, as everywhere else.
 */
export function tabGoesOn(page: Document): void {
  const listens = (event: KeyboardEvent) => {
    const { key, target } = event
    if (key !== 'Tab' || !(target instanceof HTMLInputElement) || target.value !== '') return
    if (target.closest('.ant-select-multiple')) event.stopPropagation()
  }
  page.addEventListener('keydown', listens, { capture: true })
}
