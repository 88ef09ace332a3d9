import { formatNumber, type Locale, phrase } from '../../kernel/text.ts'
import { text } from './text.ts'

export type TerminalProgress = {
  at: (state: { done?: number; total?: number | null; phase?: string }) => void
  end: () => void
}

const REDRAW_MS = 200

/** A line that redraws itself on a terminal; in a log, one line every five seconds. Always on stderr. */
export function terminalProgress(locale: Locale, phase: string, { counts = true } = {}): TerminalProgress {
  const started = Date.now()
  const every_ms = process.stderr.isTTY ? REDRAW_MS : 5000
  let last = 0
  let drawn = false
  let known = { done: 0, total: null as number | null, phase }
  const line = () => {
    const rate = Math.round(known.done / Math.max(0.001, (Date.now() - started) / 1000))
    // What is not counted in rows shows its share only.
    const body = counts
      ? phrase(text.import_progress, locale, { phase: known.phase, done: known.done, rate })
      : known.phase
    if (!known.total) return body
    const share = Math.min(1, known.done / known.total)
    const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░')
    const eta_s = rate > 0 ? Math.max(0, Math.round((known.total - known.done) / rate)) : 0
    return `${bar} ${formatNumber(share, locale, { style: 'percent' })}  ${body}  ETA ${eta_s} s`
  }
  return {
    at: (state) => {
      known = {
        done: state.done ?? known.done,
        total: state.total ?? known.total,
        phase: state.phase ?? known.phase,
      }
      if (Date.now() - last < every_ms) return
      last = Date.now()
      process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${line()}` : `${line()}\n`)
      drawn = true
    },
    end: () => {
      if (drawn && process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
    },
  }
}
