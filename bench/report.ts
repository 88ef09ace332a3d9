/** One measured line: what, on how much, the target as the issue states it, the figure that was got. */
export type Figure = {
  suite: string
  name: string
  target: string
  got: string
  met: boolean | null
  details: Record<string, unknown>
}
export type Say = (line: string) => void

export const figure = (
  suite: string,
  name: string,
  target: string,
  got: string,
  met: boolean | null,
  details: Record<string, unknown> = {},
): Figure => ({ suite, name, target, got, met, details })

export function table(figures: readonly Figure[]): string {
  const head = ['suite', 'what', 'target', 'got', '']
  const rows = [
    head,
    ...figures.map((f) => [f.suite, f.name, f.target, f.got, f.met === null ? '' : f.met ? 'met' : 'SHORT']),
  ]
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
