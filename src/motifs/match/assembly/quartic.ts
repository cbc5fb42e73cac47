/** The quartic of ../singularSum.ts: (s² − square)² − 8 s determinant − 4 cofactors, of a 3 × 3 matrix. */

export let square: f64 = 0;
export let determinant: f64 = 0;
export let cofactors: f64 = 0;

/** Sets the coefficients of the matrix with rows (a, b, c), (d, e, f), (g, k, l). */
export function setQuartic(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, k: f64, l: f64): void {
  const m0 = e * l - f * k;
  const m1 = f * g - d * l;
  const m2 = d * k - e * g;
  const n0 = b * l - c * k;
  const n1 = a * l - c * g;
  const n2 = a * k - b * g;
  const o0 = b * f - c * e;
  const o1 = a * f - c * d;
  const o2 = a * e - b * d;
  square = a * a + b * b + c * c + d * d + e * e + f * f + g * g + k * k + l * l;
  cofactors = m0 * m0 + m1 * m1 + m2 * m2 + n0 * n0 + n1 * n1 + n2 * n2 + o0 * o0 + o1 * o1 + o2 * o2;
  determinant = a * m0 + b * m1 + c * m2;
}

/** Its largest root by Newton's method, from above. @param signed the determinant, or minus or the size of it */
export function largestRoot(signed: f64, from: f64): f64 {
  let s = from;
  for (let iteration = 0; iteration < 60; iteration++) {
    const gap = s * s - square;
    const slope = 4 * s * gap - 8 * signed;
    if (!(slope > 0)) break;
    const step = (gap * gap - 8 * signed * s - 4 * cofactors) / slope;
    s -= step;
    if (step <= 1e-13 * s) break;
  }
  return s;
}
