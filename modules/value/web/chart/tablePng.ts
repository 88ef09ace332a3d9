const SVG = 'http://www.w3.org/2000/svg'
const LINE = 28

/** A table, or a list, of the page as a drawing, put behind the page for the moment in which its styles are read. */
export function tableDrawing(table: HTMLElement | undefined): SVGSVGElement | undefined {
  if (!table) return undefined
  const svg = document.createElementNS(SVG, 'svg')
  const frame = table.getBoundingClientRect()
  const listed = !(table instanceof HTMLTableElement)
  const rows = [...(listed ? table.children : table.rows)]
  svg.setAttribute('width', `${frame.width}`)
  svg.setAttribute('height', `${rows.length * LINE}`)
  svg.setAttribute('class', 'voff')
  for (const [y, row] of rows.entries())
    for (const cell of row.children) {
      if (!(cell instanceof HTMLElement)) continue
      const { left, right } = cell.getBoundingClientRect()
      const end = getComputedStyle(cell).textAlign === 'right'
      const line = svg.appendChild(document.createElementNS(SVG, 'text'))
      line.setAttribute('x', `${(end ? right - 8 : left + 8) - frame.left}`)
      line.setAttribute('y', `${y * LINE + 19}`)
      line.setAttribute('class', y === 0 && !listed ? 's' : 'v')
      line.setAttribute('text-anchor', end ? 'end' : 'start')
      line.textContent = cell.innerText.replaceAll('\n', ' ').trim()
    }
  document.body.append(svg)
  return svg
}
