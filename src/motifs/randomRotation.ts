import { asRng, type SeedOrRng } from '../core/random';
import { setRotation } from './rotation';

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
  const rotation = new Float64Array(9);
  setRotation(rotation, w, x, y, z);
  return rotation;
}
