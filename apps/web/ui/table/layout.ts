import type { CSSProperties } from 'react'

type Widths = readonly { width?: number; min?: number; grow?: number }[]
const CHECK_PX = 36
const LEAST_PX = 120

/** Head, rows and skeleton share these variables, so that they stand exactly over each other. */
export function gridOf(columns: Widths, selectable: boolean, height: number): CSSProperties {
  const widths = columns.map((c) =>
    c.width ? `${c.width}px` : `minmax(${c.min ?? LEAST_PX}px, ${c.grow ?? 1}fr)`,
  )
  const least = columns.reduce((sum, c) => sum + (c.width ?? c.min ?? LEAST_PX), selectable ? CHECK_PX : 0)
  const variables = {
    '--cols': [...(selectable ? [`${CHECK_PX}px`] : []), ...widths].join(' '),
    '--least': `${least}px`,
    '--h': `${height}px`,
  }
  return variables as CSSProperties
}
