import { InputError } from '../../../src/core/errors';
import type { Path } from '../../../src/diffusion/graph/config';

const ROOT3 = Math.sqrt(3);
const ROOT5 = Math.sqrt(5);
const ROOT15 = Math.sqrt(15);

/**
 * Real spherical harmonics of degree `l` at the unit vector (x, y, z), of mean square 1 over the sphere: 2l + 1
 * numbers, in the orders x, y, z for l = 1 and xy, yz, 3z² − 1, xz, x² − y² for l = 2.
 */
export function harmonics(l: number, x: number, y: number, z: number): number[] {
  if (l === 0) return [1];
  if (l === 1) return [ROOT3 * x, ROOT3 * y, ROOT3 * z];
  return [
    ROOT15 * x * y,
    ROOT15 * y * z,
    (ROOT5 / 2) * (3 * z * z - 1),
    ROOT15 * x * z,
    (ROOT15 / 2) * (x * x - y * y),
  ];
}

/**
 * The coupling C_cab = κ ⟨Y_c Y_a Y_b⟩ of path (l_a, l_b → l_c): (2l_c + 1) × (2l_a + 1) × (2l_b + 1), row-major.
 *
 * κ > 0 such that Σ C² = 2l_c + 1. The mean over the sphere is exact: Gauss–Legendre in z times equal steps of the
 * azimuth, right for polynomials up to degree 7, and the product of three harmonics has at most degree 6.
 *
 * @throws InputError if the mean is 0: an odd sum of degrees, or one degree above the sum of the others
 */
export function couplings([a, b, c]: Path): Float64Array {
  const [rows, columns, depth] = [c, a, b].map((l) => 2 * l + 1);
  const tensor = new Float64Array(rows * columns * depth);
  for (const { x, y, z, weight } of spherePoints()) {
    const [Yc, Ya, Yb] = [c, a, b].map((l) => harmonics(l, x, y, z));
    for (let k = 0; k < tensor.length; k++) {
      const row = Math.floor(k / (columns * depth));
      const column = Math.floor(k / depth) % columns;
      tensor[k] += weight * Yc[row] * Ya[column] * Yb[k % depth];
    }
  }
  const squares = tensor.reduce((sum, value) => sum + value * value, 0);
  if (squares < 1e-12) throw new InputError('path', `${a}, ${b} → ${c}`, 'degrees of even sum that form a triangle');
  return tensor.map((value) => value * Math.sqrt(rows / squares));
}

interface SpherePoint {
  x: number;
  y: number;
  z: number;
  weight: number;
}

/** Points and weights whose sum is the mean over the sphere: 4 nodes in z × 8 azimuths. */
function spherePoints(): SpherePoint[] {
  const nodes = [-1, 1].flatMap((sign) => {
    const square = 3 / 7 + sign * (2 / 7) * Math.sqrt(6 / 5);
    const weight = (18 - sign * Math.sqrt(30)) / 72;
    return [-1, 1].map((side) => ({ z: side * Math.sqrt(square), weight }));
  });
  return nodes.flatMap(({ z, weight }) =>
    Array.from({ length: 8 }, (_, k) => {
      const angle = (2 * Math.PI * (k + 0.5)) / 8;
      const radius = Math.sqrt(1 - z * z);
      return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), z, weight: weight / 8 };
    }),
  );
}
