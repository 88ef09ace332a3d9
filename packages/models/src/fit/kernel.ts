/**
 * Adds the gradient and Hessian of a log-likelihood in η (the logarithms of the model's parameters) to the given
 * arrays and returns its value. `hessian` is row-major, both triangles.
 */
export type Kernel = (eta: Float64Array, gradient: Float64Array, hessian: Float64Array) => number
