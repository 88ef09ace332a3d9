/** Dense symmetric matrices of a handful of rows, row-major in a Float64Array. */

/** Cholesky factor L of A (n × n) with A = L Lᵀ, or undefined when A is not positive definite. */
export function cholesky(A: Float64Array, n: number): Float64Array | undefined {
  const L = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    let diagonal = A[j * n + j]!
    for (let k = 0; k < j; k++) diagonal -= L[j * n + k]! ** 2
    if (!(diagonal > 0)) return undefined
    const pivot = Math.sqrt(diagonal)
    L[j * n + j] = pivot
    for (let i = j + 1; i < n; i++) {
      let sum = A[i * n + j]!
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!
      L[i * n + j] = sum / pivot
    }
  }
  return L
}

/** Solves L Lᵀ y = v. */
export function solveCholesky(L: Float64Array, v: ArrayLike<number>, n: number): Float64Array {
  const y = Float64Array.from(v)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) y[i]! -= L[i * n + k]! * y[k]!
    y[i]! /= L[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) y[i]! -= L[k * n + i]! * y[k]!
    y[i]! /= L[i * n + i]!
  }
  return y
}

/** A⁻¹ of a positive definite matrix, or undefined. */
export function invert(A: Float64Array, n: number): Float64Array | undefined {
  const L = cholesky(A, n)
  if (!L) return undefined
  const inverse = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n)
    unit[j] = 1
    const column = solveCholesky(L, unit, n)
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!
  }
  return inverse
}

/** Eigenvalues and eigenvectors (columns of `vectors`) of a symmetric matrix by Jacobi rotations, unordered. */
export function eigen(A: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const M = A.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += M[i * n + j]! ** 2
    if (off < 1e-300) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(M, vectors, n, p, q)
  }
  return { values: Float64Array.from({ length: n }, (_, i) => M[i * n + i]!), vectors }
}

function rotate(M: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = M[p * n + q]!
  if (apq === 0) return
  const theta = (M[q * n + q]! - M[p * n + p]!) / (2 * apq)
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  const mix = (X: Float64Array, i: number, j: number) => {
    const one = X[i]!
    const other = X[j]!
    X[i] = c * one - s * other
    X[j] = s * one + c * other
  }
  for (let k = 0; k < n; k++) mix(M, k * n + p, k * n + q)
  for (let k = 0; k < n; k++) mix(M, p * n + k, q * n + k)
  for (let k = 0; k < n; k++) mix(vectors, k * n + p, k * n + q)
}
