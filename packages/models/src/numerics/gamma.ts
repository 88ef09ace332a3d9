/** Gamma-function family for positive real arguments, in log space. Error ≤ 5e-15·max(1, |value|). */

const HALF_LN_2PI = 0.9189385332046728

/** Stirling remainder lnΓ(x) − ((x−½)ln x − x + ½ln 2π) for x ≥ 10 (Abramowitz & Stegun 6.1.41). */
export function stirlingRemainder(x: number): number {
  const y = 1 / (x * x)
  return (
    (1 / 12 +
      y *
        (-1 / 360 +
          y *
            (1 / 1260 +
              y *
                (-1 / 1680 + y * (1 / 1188 + y * (-691 / 360360 + y * (1 / 156 - (y * 3617) / 122400))))))) /
    x
  )
}

/** ln Γ(x), x > 0. Shifts small x above 10, then Stirling. Infinity at 0; NaN below. */
export function lgamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  let product = 1
  let y = x
  while (y < 10) product *= y++
  const stirling = (y - 0.5) * Math.log(y) - y + HALF_LN_2PI + stirlingRemainder(y)
  return product === 1 ? stirling : stirling - Math.log(product)
}

/** ψ(x) = d lnΓ/dx, x > 0 (Abramowitz & Stegun 6.3.5, 6.3.18). */
export function digamma(x: number): number {
  let shift = 0
  let y = x
  while (y < 10) shift -= 1 / y++
  const z = 1 / (y * y)
  const tail =
    z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))))))
  return shift + Math.log(y) - 0.5 / y - tail
}

/** ψ′(x), x > 0 (Abramowitz & Stegun 6.4.6, 6.4.12). */
export function trigamma(x: number): number {
  let shift = 0
  let y = x
  for (; y < 10; y++) shift += 1 / (y * y)
  const z = 1 / (y * y)
  const tail =
    z * (1 / 6 - z * (1 / 30 - z * (1 / 42 - z * (1 / 30 - z * (5 / 66 - z * (691 / 2730 - (z * 7) / 6))))))
  return shift + 1 / y + z / 2 + tail / y
}

/**
 * ln B(a, b), a, b > 0. For large arguments the Stirling parts are cancelled by hand,
 * so that ln B keeps its digits where lnΓ(a) + lnΓ(b) − lnΓ(a+b) would lose them.
 */
export function lbeta(a: number, b: number): number {
  const p = Math.min(a, b)
  const q = Math.max(a, b)
  if (p >= 10) {
    const rest = stirlingRemainder(p) + stirlingRemainder(q) - stirlingRemainder(p + q)
    return (
      -0.5 * Math.log(q) +
      HALF_LN_2PI +
      rest +
      (p - 0.5) * Math.log(p / (p + q)) +
      q * Math.log1p(-p / (p + q))
    )
  }
  if (q >= 10) {
    const rest = stirlingRemainder(q) - stirlingRemainder(p + q)
    return lgamma(p) + rest + p - p * Math.log(p + q) + (q - 0.5) * Math.log1p(-p / (p + q))
  }
  return lgamma(p) + lgamma(q) - lgamma(p + q)
}

/** ln of the rising factorial (a)ₙ = Γ(a+n)/Γ(a), a > 0, n ≥ 0 (n need not be whole). */
export function lrising(a: number, n: number): number {
  if (n === 0) return 0
  if (n <= 24 && Number.isInteger(n)) {
    let product = 1
    let log = 0
    for (let i = 0; i < n; i++) {
      product *= a + i
      if (product > 1e250 || product < 1e-250) {
        log += Math.log(product)
        product = 1
      }
    }
    return log + Math.log(product)
  }
  return n < 10 && a < 10 ? lgamma(a + n) - lgamma(a) : lgamma(n) - lbeta(a, n)
}
