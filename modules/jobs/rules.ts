/** How far a run is: what people read off a bar. Figures only; the words are in text.ts. */
export type Sample = { at_ms: number; done: number }
export type Pace = { rate: number | null; eta_ms: number | null }

// Long enough to be calm, short enough to follow a phase that runs at another speed.
export const WINDOW_MS = 10_000

/** Units a second over the window, and what is left at that speed. Null where it cannot be known. */
export function paceOf(samples: readonly Sample[], total: number | null): Pace {
  const last = samples.at(-1)
  const first = last && samples.find((sample) => sample.at_ms >= last.at_ms - WINDOW_MS)
  if (!last || !first || last.at_ms <= first.at_ms || last.done <= first.done)
    return { rate: null, eta_ms: null }
  const rate = ((last.done - first.done) * 1000) / (last.at_ms - first.at_ms)
  const left = total === null ? null : Math.max(0, total - last.done)
  return {
    rate: Math.round(rate * 100) / 100,
    eta_ms: left === null ? null : Math.round((left * 1000) / rate),
  }
}

/** Over the whole run: for one that is looked at once. */
export function meanPace(run: {
  done: number
  total: number | null
  started_at: string | null
  updated_at: string
  state: string
}): Pace {
  if (run.started_at === null || run.state === 'waiting') return { rate: null, eta_ms: null }
  const spent = Date.parse(run.updated_at) - Date.parse(run.started_at)
  if (spent <= 0 || run.done === 0) return { rate: null, eta_ms: null }
  const rate = (run.done * 1000) / spent
  const left = run.total === null || run.state !== 'running' ? null : Math.max(0, run.total - run.done)
  return {
    rate: Math.round(rate * 100) / 100,
    eta_ms: left === null ? null : Math.round((left * 1000) / rate),
  }
}
