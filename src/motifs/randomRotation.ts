import { asRng, type SeedOrRng } from '../core/random';

/**
 * A rotation drawn uniformly from SO(3): 3×3 row-major, determinant +1, acting on columns as `applyRotation` does.
 *
 * From a unit quaternion of four normals (Shoemake, Graphics Gems III, 124 (1992)).
 */
export function randomRotation(rng: SeedOrRng): Float64Array {
  const source = asRng(rng);
  const draws = [source.normal(), source.normal(), source.normal(), source.normal()];
  const norm = Math.hypot(...draws);
  const [w, x, y, z] = draws.map((value) => value / norm);
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}
