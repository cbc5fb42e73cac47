import { InputError, requireFinite, requireInteger } from '../../core/errors';

/** Real spherical harmonics up to degree `lMax`: (lMax + 1)² numbers. */
export function harmonicsSize(lMax: number): number {
  return (lMax + 1) ** 2;
}

/** Where Y_lm lies among them: l² + l + m, so l by l, and within l by m = −l … l. */
export function harmonicsIndex(l: number, m: number): number {
  return l * l + l + m;
}

/**
 * Real spherical harmonics Y_lm of a vector's direction, l = 0 … lMax, m = −l … l, at {@link harmonicsIndex}.
 *
 * Component normalization: the mean of Y_lm² over the sphere is 1, so Y_00 = 1 and Σ_m Y_lm(u) Y_lm(v) =
 * (2l + 1) P_l(u·v). No Condon–Shortley phase; z is the polar axis; m < 0 goes with sin |m|φ, m > 0 with cos mφ.
 * Strictly in the order of m, which for l = 1 is **y, z, x** (times √3); for l = 2 it is xy, yz, 3z² − 1, xz, x² − y²
 * (times √15, √15, √5/2, √15, √15/2).
 *
 * By the stable recurrence of fully normalized Legendre functions (Limpanuparb & Milthorpe, arXiv:1410.1748) with
 * sin^m θ taken out of them and put into Re and Im (x + iy)^m, which leaves no special case at the poles (Bigi et al.,
 * J. Chem. Phys. 159, 064802 (2023), doi:10.1063/5.0156307).
 *
 * @param vector 3 numbers, of any length but 0, which has no direction
 * @param out where to write, (lMax + 1)² numbers; a new Float64Array if absent
 * @throws InputError if the vector is zero, not finite or not of 3 numbers, or lMax or the length of `out` is wrong
 */
export function realHarmonics(
  vector: ArrayLike<number>,
  lMax: number,
  out: Float64Array = new Float64Array(harmonicsSize(requireInteger(lMax, 'lMax'))),
): Float64Array {
  requireInteger(lMax, 'lMax');
  if (vector.length !== 3) throw new InputError('vector length', String(vector.length), '3');
  requireFinite(vector, 'vector');
  if (out.length !== harmonicsSize(lMax)) {
    throw new InputError('out length', String(out.length), `(lMax + 1)² = ${harmonicsSize(lMax)}`);
  }
  const length = Math.hypot(vector[0], vector[1], vector[2]);
  if (length === 0) throw new InputError('vector', 'length 0', 'a vector with a direction');
  const [x, y, z] = [vector[0] / length, vector[1] / length, vector[2] / length];
  // sin^m θ cos mφ and sin^m θ sin mφ, and the normalized Legendre function of degree and order m without sin^m θ.
  let [cosine, sine, sectoral] = [1, 0, 1];
  for (let m = 0; m <= lMax; m++) {
    if (m > 0) {
      [cosine, sine] = [x * cosine - y * sine, x * sine + y * cosine];
      // The first step carries the √2 that real harmonics of m ≠ 0 have.
      sectoral *= m === 1 ? Math.sqrt(3) : Math.sqrt((2 * m + 1) / (2 * m));
    }
    let [below, value] = [0, sectoral];
    for (let l = m; l <= lMax; l++) {
      if (l > m) [below, value] = [value, raise(l, m, z, value, below)];
      if (m > 0) out[harmonicsIndex(l, -m)] = value * sine;
      out[harmonicsIndex(l, m)] = value * cosine;
    }
  }
  return out;
}

/** The normalized Legendre function of degree l from those of degrees l − 1 and l − 2, all of order m < l. */
function raise(l: number, m: number, z: number, one: number, two: number): number {
  const a = Math.sqrt((4 * l * l - 1) / (l * l - m * m));
  const b = Math.sqrt(((l - 1) ** 2 - m * m) / (4 * (l - 1) ** 2 - 1));
  return a * (z * one - b * two);
}
