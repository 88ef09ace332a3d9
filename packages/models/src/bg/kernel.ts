import { distinct, type Index, type Pooled } from '../data.ts'
import { addInLogs, type Kernel } from '../fit/likelihood.ts'
import { digamma, lbeta, lrising, trigamma } from '../numerics/gamma.ts'

/** Which of the four relatives: dropout possible right after the first purchase (MBG), and Erlang order k. */
export type BgShape = { dropout_at_zero: boolean; k: number }

/** Sums that do not depend on the parameters, taken once per data set. */
type Prepared = {
  rows: Pooled
  xs: Index
  Ts: Index
  txs: Index
  x_weight: Float64Array
  T_weight: Float64Array
  T_purchases: Float64Array
  /** Room for ln(α+T), 1/(α+T) and the same of tₓ, filled at every evaluation. */
  lnT: Float64Array
  inverseT: Float64Array
  lnTx: Float64Array
  inverseTx: Float64Array
}

function prepare(rows: Pooled): Prepared {
  const xs = distinct(rows.x)
  const Ts = distinct(rows.T)
  const txs = distinct(rows.t_x)
  const x_weight = new Float64Array(xs.values.length)
  const T_weight = new Float64Array(Ts.values.length)
  const T_purchases = new Float64Array(Ts.values.length)
  for (let i = 0; i < rows.rows; i++) {
    const w = rows.weight[i]!
    const T = Ts.index ? Ts.index[i]! : i
    x_weight[xs.index ? xs.index[i]! : i]! += w
    T_weight[T]! += w
    T_purchases[T]! += w * rows.x[i]!
  }
  const room = (like: Index) => new Float64Array(like.values.length)
  return {
    rows,
    xs,
    Ts,
    txs,
    x_weight,
    T_weight,
    T_purchases,
    lnT: room(Ts),
    inverseT: room(Ts),
    lnTx: room(txs),
    inverseTx: room(txs),
  }
}

/** The first and second derivatives gathered in natural parameters (r, α, a, b); upper triangle only. */
class Gather {
  value = 0
  g = new Float64Array(4)
  h = new Float64Array(16)
}

/** ln Γ(r+kx) − ln Γ(r) + r ln α − (r+kx) ln(α+T): the part every relative shares. */
function countTerms(p: Prepared, k: number, r: number, alpha: number, out: Gather): void {
  const { g, h } = out
  const psi = digamma(r)
  const psi1 = trigamma(r)
  for (let i = 0; i < p.xs.values.length; i++) {
    const n = k * p.xs.values[i]!
    if (n === 0) continue
    const w = p.x_weight[i]!
    out.value += w * lrising(r, n)
    g[0]! += w * (digamma(r + n) - psi)
    h[0]! += w * (trigamma(r + n) - psi1)
  }
  const lnAlpha = Math.log(alpha)
  for (let i = 0; i < p.Ts.values.length; i++) {
    const T = p.Ts.values[i]!
    const w = p.T_weight[i]!
    const n = r * w + k * p.T_purchases[i]!
    const inverse = 1 / (alpha + T)
    const ln = Math.log(alpha + T)
    out.value += r * w * lnAlpha - n * ln
    g[0]! += w * (lnAlpha - ln)
    g[1]! += (r * w) / alpha - n * inverse
    h[1]! += w * (1 / alpha - inverse)
    h[5]! += (-r * w) / (alpha * alpha) + n * inverse * inverse
  }
}

/** ln B(a, b+x+δ) − ln B(a, b), with δ = 1 when dropout is possible right after the first purchase. */
function betaTerms(p: Prepared, delta: number, a: number, b: number, out: Gather): void {
  const { g, h } = out
  const base = lbeta(a, b)
  const whole = digamma(a + b)
  const whole1 = trigamma(a + b)
  const atB = digamma(b)
  const atB1 = trigamma(b)
  for (let i = 0; i < p.xs.values.length; i++) {
    const n = p.xs.values[i]! + delta
    if (n === 0) continue
    const w = p.x_weight[i]!
    const sum = digamma(a + b + n)
    const sum1 = trigamma(a + b + n)
    out.value += w * (n <= 24 ? lrising(b, n) - lrising(a + b, n) : lbeta(a, b + n) - base)
    g[2]! += w * (whole - sum)
    g[3]! += w * (digamma(b + n) - sum - atB + whole)
    h[10]! += w * (whole1 - sum1)
    h[11]! += w * (whole1 - sum1)
    h[15]! += w * (trigamma(b + n) - sum1 - atB1 + whole1)
  }
}

/** Logarithms and inverses that the loop over rows reads, one per distinct value. */
function tablesAt(p: Prepared, delta: number, alpha: number, a: number, b: number) {
  const { lnT, inverseT, lnTx, inverseTx } = p
  for (let i = 0; i < lnT.length; i++) {
    lnT[i] = Math.log(alpha + p.Ts.values[i]!)
    inverseT[i] = 1 / (alpha + p.Ts.values[i]!)
  }
  for (let i = 0; i < lnTx.length; i++) {
    lnTx[i] = Math.log(alpha + p.txs.values[i]!)
    inverseTx[i] = 1 / (alpha + p.txs.values[i]!)
  }
  const lnOdds = p.xs.values.map((x) =>
    x + delta > 0 ? Math.log(a / (b + x - 1 + delta)) : Number.NEGATIVE_INFINITY,
  )
  const inverseB = p.xs.values.map((x) => 1 / (b + x - 1 + delta))
  return { lnT, inverseT, lnTx, inverseTx, lnOdds, inverseB }
}

/**
 * The mixture ln(S₂ + S₁): alive at T (S₂ = Σ_{j<k} (R)_j/j! ((T−tₓ)/(α+T))^j, R = r+kx) or gone after the last
 * purchase (S₁ = a/(b+x−1+δ) ((α+T)/(α+tₓ))^R). `only_alive` leaves S₁ out: the NBD without dropout.
 */
function tailTerms(
  p: Prepared,
  shape: BgShape,
  [r, alpha, a, b]: number[],
  only_alive: boolean,
  out: Gather,
): void {
  const { k } = shape
  const delta = shape.dropout_at_zero ? 1 : 0
  const { rows, xs, Ts, txs } = p
  const { g, h } = out
  const { lnT, inverseT, lnTx, inverseTx, lnOdds, inverseB } = tablesAt(p, delta, alpha!, a!, b!)
  const s = new Float64Array(6)
  const { weight, x: counts } = rows
  const qa = 1 / a!
  let value = 0
  let [g0, g1, g2, g3] = [0, 0, 0, 0]
  let [h00, h01, h02, h03, h11, h12, h13, h22, h23, h33] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < rows.rows; i++) {
    const x = counts[i]!
    const gone = !only_alive && x + delta > 0
    if (!gone && k === 1) continue
    const w = weight[i]!
    const R = r! + k * x
    const it = Ts.index ? Ts.index[i]! : i
    const ix = xs.index ? xs.index[i]! : i
    const iT = inverseT[it]!
    if (k > 1) aliveTerms(k, R, (rows.T[i]! - rows.t_x[i]!) * iT, iT, s)
    value += w * s[0]!
    let p1 = 0
    const itx = txs.index ? txs.index[i]! : i
    const D = lnT[it]! - lnTx[itx]!
    if (gone) {
      const q = lnOdds[ix]! + R * D - s[0]!
      // e^−|q| serves both the mixture weight and the log, the two costs of this loop
      const e = Math.exp(q > 0 ? -q : q)
      value += w * ((q > 0 ? q : 0) + Math.log1p(e))
      p1 = q > 0 ? 1 / (1 + e) : e / (1 + e)
    }
    const iTx = inverseTx[itx]!
    const d = iT - iTx
    const u = w * p1
    const v = u * (1 - p1)
    const alive = w - u
    const qr = D - s[1]!
    const l1a = R * d
    const qalpha = l1a - s[2]!
    const qb = -inverseB[ix]!
    g0 += u * D + alive * s[1]!
    g1 += u * l1a + alive * s[2]!
    h00 += v * qr * qr + alive * s[3]!
    h01 += u * d + v * qr * qalpha + alive * s[4]!
    h11 += -u * l1a * (iT + iTx) + v * qalpha * qalpha + alive * s[5]!
    if (!gone) continue
    g2 += u * qa
    g3 += u * qb
    h02 += v * qr * qa
    h03 += v * qr * qb
    h12 += v * qalpha * qa
    h13 += v * qalpha * qb
    h22 += (v - u) * qa * qa
    h23 += v * qa * qb
    h33 += (u + v) * qb * qb
  }
  out.value += value
  const gs = [g0, g1, g2, g3]
  for (let i = 0; i < 4; i++) g[i]! += gs[i]!
  const hs = [h00, h01, h02, h03, 0, h11, h12, h13, 0, 0, h22, h23, 0, 0, 0, h33]
  for (let i = 0; i < 16; i++) h[i]! += hs[i]!
}

/** ln S₂ and its derivatives in (r, α): s = [ln S₂, ∂r, ∂α, ∂rr, ∂rα, ∂αα]. */
function aliveTerms(k: number, R: number, u: number, iT: number, s: Float64Array): void {
  let [S, Sr, Srr, Sj, Sjr, Sjj] = [1, 0, 0, 0, 0, 0]
  let term = 1
  let harmonic = 0
  let squares = 0
  for (let j = 1; j < k; j++) {
    const factor = R + j - 1
    term *= (factor * u) / j
    harmonic += 1 / factor
    squares += 1 / (factor * factor)
    S += term
    Sr += term * harmonic
    Srr += term * (harmonic * harmonic - squares)
    Sj += term * j
    Sjr += term * j * harmonic
    Sjj += term * j * (j + 1)
  }
  const r = Sr / S
  const alpha = (-iT * Sj) / S
  s[0] = Math.log(S)
  s[1] = r
  s[2] = alpha
  s[3] = Srr / S - r * r
  s[4] = (-iT * Sjr) / S - r * alpha
  s[5] = (iT * iT * Sjj) / S - alpha * alpha
}

/**
 * Log-likelihood kernel of the BG/NBD family in η = (ln r, ln α, ln a, ln b).
 * Fader, Hardie & Lee 2005 eq. (6); Batislam et al. 2007; Reutterer, Platzer & Schröder 2021 for k > 1.
 * The terms Σ(k−1) ln(itt) − x ln(k−1)! carry no parameter and are added by the caller.
 */
export function bgKernel(rows: Pooled, shape: BgShape, only_alive = false): Kernel {
  const prepared = prepare(rows)
  return (eta, gradient, hessian) => {
    const natural = Array.from(eta, Math.exp)
    const [r, alpha, a = 1, b = 1] = natural as [number, number, number?, number?]
    const out = new Gather()
    countTerms(prepared, shape.k, r, alpha, out)
    if (!only_alive) betaTerms(prepared, shape.dropout_at_zero ? 1 : 0, a, b, out)
    tailTerms(prepared, shape, [r, alpha, a, b], only_alive, out)
    addInLogs(natural, { ...out, width: 4 }, gradient, hessian)
    return out.value
  }
}
