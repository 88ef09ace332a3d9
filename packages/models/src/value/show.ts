import type { CustomerData } from '../data.ts'
import type { Fit } from '../fit/fit.ts'
import type { RepeatModel } from '../model.ts'

/** Why a P(alive) should not be shown as a finding. */
export type Unknown = 'never_returned' | 'dropout_not_identified'

/**
 * P(alive) as it may be shown to a person: NaN with a reason where the model only repeats its own assumption.
 *
 * - `never_returned`: BG/NBD and BG/CNBD-k hold everybody without a repeat purchase for alive; that 1 is no finding.
 * - `dropout_not_identified`: the fit could not tell dropout from none, so every P(alive) near 1 is an assumption.
 */
export function aliveToShow<Params>(
  model: Pick<RepeatModel<Params>, 'pAlive'>,
  fit: Fit<Params>,
  data: CustomerData,
): { p_alive: Float64Array; reason: (Unknown | undefined)[] } {
  const p_alive = model.pAlive(fit.params, data)
  const unidentified = fit.warnings.some((warning) => warning.startsWith('dropout_not_identified'))
  const artefact = fit.notes.some((note) => note.startsWith('never_returned'))
  const reason = Array.from(p_alive, (_, i): Unknown | undefined => {
    if (unidentified) return 'dropout_not_identified'
    return artefact && data.x[i] === 0 ? 'never_returned' : undefined
  })
  reason.forEach((why, i) => {
    if (why) p_alive[i] = Number.NaN
  })
  return { p_alive, reason }
}
