import { rotationWork, solveRotation } from '../rotation';

/**
 * Least slope of the quartic at its largest root s, as a part of s³: below it, roots come so close that digits are
 * lost.
 */
const LEAST_SLOPE = 0.01;

/** Rounding of the quartic, as a part of s⁴. */
const ROUNDING = 1e-14;

const work = rotationWork();

/**
 * Writes the largest Σ of ± singular values of H (3 × 3, row-major, from `at` on) that a rotation can reach into
 * `ends[0]`: s = σ₁ + σ₂ + σ₃, or without reflections σ₁ + σ₂ ± σ₃ with the sign of det H.
 *
 * It is the largest root of f(s) = (s² − ‖H‖²)² − 8 s det H − 4 ‖cof H‖² (Theobald, Acta Cryst. A 61, 478 (2005),
 * doi:10.1107/S0108767305015266). For det H ≥ 0 it is found, by Newton's method from the upper bound in `ends[0]`, as
 * s = √(‖H‖² + 2 √(‖cof H‖² + 2 s det H)), which keeps all digits where roots meet: points in a plane or on a line.
 *
 * False, without iterating, if the root is known to lie below `ends[1]`: f is convex from s² = ‖H‖²/3 on, so there is
 * no root above a point where it is positive and rising.
 */
export function singularSum(h: Float64Array, at: number, reflections: boolean, ends: Float64Array): boolean {
  const a = h[at];
  const b = h[at + 1];
  const c = h[at + 2];
  const d = h[at + 3];
  const e = h[at + 4];
  const f = h[at + 5];
  const g = h[at + 6];
  const k = h[at + 7];
  const l = h[at + 8];
  const square = a * a + b * b + c * c + d * d + e * e + f * f + g * g + k * k + l * l;
  const m0 = e * l - f * k;
  const m1 = f * g - d * l;
  const m2 = d * k - e * g;
  const n0 = b * l - c * k;
  const n1 = a * l - c * g;
  const n2 = a * k - b * g;
  const o0 = b * f - c * e;
  const o1 = a * f - c * d;
  const o2 = a * e - b * d;
  const minors = m0 * m0 + m1 * m1 + m2 * m2 + n0 * n0 + n1 * n1 + n2 * n2 + o0 * o0 + o1 * o1 + o2 * o2;
  const determinant = a * m0 + b * m1 + c * m2;
  const signed = reflections ? Math.abs(determinant) : determinant;
  const enough = ends[1];
  const excess = enough * enough - square;
  if (enough > 0 && excess > 0 && enough * excess > 2 * signed) {
    const rounding = ROUNDING * enough * enough * enough * enough;
    if (excess * excess > 8 * signed * enough + 4 * minors + rounding) return false;
  }
  ends[0] = signed >= 0 ? sumOf(square, signed, minors, ends[0]) : differenceOf(square, signed, minors, h, at, ends[0]);
  return true;
}

function sumOf(square: number, determinant: number, minors: number, from: number): number {
  let s = from;
  for (let iteration = 0; iteration < 20; iteration++) {
    const products = Math.sqrt(minors + 2 * determinant * s);
    const next = Math.sqrt(square + 2 * products);
    const scale = products * next;
    if (!(scale > determinant)) return next;
    const step = (s - next) / (1 - determinant / scale);
    s -= step;
    if (step <= 1e-14 * s) break;
  }
  return s;
}

/** The root for a negative determinant, where two or all three of them may meet. */
function differenceOf(
  square: number,
  determinant: number,
  minors: number,
  h: Float64Array,
  at: number,
  from: number,
): number {
  let s = from;
  for (let iteration = 0; iteration < 60; iteration++) {
    const gap = s * s - square;
    const slope = 4 * s * gap - 8 * determinant;
    if (!(slope > LEAST_SLOPE * s * s * s)) break;
    const step = (gap * gap - 8 * determinant * s - 4 * minors) / slope;
    s -= step;
    if (step <= 1e-14 * s) return s;
  }
  for (let k = 0; k < 9; k++) work.covariance[k] = h[at + k];
  solveRotation(work, false);
  return work.overlap;
}
