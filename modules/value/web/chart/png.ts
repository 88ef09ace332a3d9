import { save } from './sheet.ts'

// What CSS gives a shape; a picture on its own has no stylesheet.
const kept = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
]
const SVG = 'http://www.w3.org/2000/svg'
const SCALE = 2
const EDGE = 16
const HEAD = 54
const FOOT = 28

type Drawn = { title: string; sub: string; foot: string }

/** The picture with its finding above and its day below, as sharp as on a good screen. */
export async function savePng(name: string, svg: SVGSVGElement, drawn: Drawn): Promise<void> {
  const { width, height } = svg.getBoundingClientRect()
  const full = { width: width + 2 * EDGE, height: height + HEAD + FOOT + EDGE }
  const style = getComputedStyle(svg)
  const ink = (name: string) => style.getPropertyValue(name).trim()
  const font = style.fontFamily
  const sheet = document.createElementNS(SVG, 'svg')
  sheet.setAttribute('xmlns', SVG)
  sheet.setAttribute('width', `${full.width * SCALE}`)
  sheet.setAttribute('height', `${full.height * SCALE}`)
  sheet.setAttribute('viewBox', `0 0 ${full.width} ${full.height}`)
  const ground = sheet.appendChild(document.createElementNS(SVG, 'rect'))
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', ink('--surface'))
  const write = (said: string, y: number, size: number, fill: string, weight = '400') => {
    const line = sheet.appendChild(document.createElementNS(SVG, 'text'))
    for (const [key, value] of Object.entries({
      x: EDGE,
      y,
      fill,
      'font-size': size,
      'font-weight': weight,
      'font-family': font,
    }))
      line.setAttribute(key, String(value))
    line.textContent = said
  }
  write(drawn.title, 24, 14, ink('--ink'), '600')
  write(drawn.sub, 42, 12, ink('--ink-3'))
  write(drawn.foot, full.height - 12, 11, ink('--ink-3'))
  const copy = styled(svg)
  copy.setAttribute('transform', `translate(${EDGE} ${HEAD})`)
  sheet.append(copy)
  save(`${name}.png`, await painted(sheet, full.width * SCALE, full.height * SCALE))
}

/** A group of the same shapes, each with what the stylesheets gave it. */
function styled(svg: SVGSVGElement): SVGGElement {
  const group = document.createElementNS(SVG, 'g')
  const copy = svg.cloneNode(true) as SVGSVGElement
  const originals = svg.querySelectorAll('*')
  copy.querySelectorAll('*').forEach((element, i) => {
    const style = getComputedStyle(originals[i]!)
    for (const name of kept) element.setAttribute(name, style.getPropertyValue(name))
    for (const name of ['class', 'tabindex', 'href', 'style', 'role']) element.removeAttribute(name)
  })
  group.append(...copy.childNodes)
  return group
}

async function painted(svg: SVGSVGElement, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(svg)], { type: 'image/svg+xml' }),
  )
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return await new Promise((done, fail) =>
      canvas.toBlob(
        (blob) => (blob ? done(blob) : fail(new Error('the picture could not be drawn'))),
        'image/png',
      ),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}
