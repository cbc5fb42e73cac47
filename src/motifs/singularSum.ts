/** Of {@link fillQuartic}: ‖H‖², det H, ‖cof H‖². */
const quartic = new Float64Array(3);

/** Writes ‖H‖², det H and ‖cof H‖² of a 3 × 3 matrix (row-major, from `at` on) into `out`: its quartic's coefficients. */
export function fillQuartic(h: Float64Array, at: number, out: Float64Array): void {
  const a = h[at];
  const b = h[at + 1];
  const c = h[at + 2];
  const d = h[at + 3];
  const e = h[at + 4];
  const f = h[at + 5];
  const g = h[at + 6];
  const k = h[at + 7];
  const l = h[at + 8];
  out[0] = a * a + b * b + c * c + d * d + e * e + f * f + g * g + k * k + l * l;
  const m0 = e * l - f * k;
  const m1 = f * g - d * l;
  const m2 = d * k - e * g;
  const n0 = b * l - c * k;
  const n1 = a * l - c * g;
  const n2 = a * k - b * g;
  const o0 = b * f - c * e;
  const o1 = a * f - c * d;
  const o2 = a * e - b * d;
  out[2] = m0 * m0 + m1 * m1 + m2 * m2 + n0 * n0 + n1 * n1 + n2 * n2 + o0 * o0 + o1 * o1 + o2 * o2;
  out[1] = a * m0 + b * m1 + c * m2;
}

/**
 * Writes the largest Σ of ± singular values that a rotation can reach into `ends[0]`: σ₁ + σ₂ + σ₃, or without
 * reflections σ₁ + σ₂ ± σ₃ with the sign of det H. It is the largest root of f(s) = (s² − ‖H‖²)² − 8 s det H −
 * 4 ‖cof H‖² (Theobald, Acta Cryst. A 61, 478 (2005), doi:10.1107/S0108767305015266), found by Newton's method from
 * the upper bound in `ends[0]`.
 *
 * False, without iterating, if the root is known to lie below `ends[1]`: f is convex from s² = ‖H‖²/3 on, so there is no
 * root above a point where it is positive and rising.
 */
export function singularSum(h: Float64Array, at: number, reflections: boolean, ends: Float64Array): boolean {
  fillQuartic(h, at, quartic);
  const square = quartic[0];
  const signed = reflections ? Math.abs(quartic[1]) : quartic[1];
  const cofactors = quartic[2];
  const enough = ends[1];
  const excess = enough * enough - square;
  if (enough > 0 && excess > 0) {
    const rising = enough * excess > 2 * signed;
    if (rising && excess * excess > 8 * signed * enough + 4 * cofactors) return false;
  }
  let s = ends[0];
  for (let iteration = 0; iteration < 60; iteration++) {
    const gap = s * s - square;
    const slope = 4 * s * gap - 8 * signed;
    if (!(slope > 0)) break;
    const step = (gap * gap - 8 * signed * s - 4 * cofactors) / slope;
    s -= step;
    if (step <= 1e-13 * s) break;
  }
  ends[0] = s;
  return true;
}
