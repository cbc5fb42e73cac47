import { InputError, requireFinite, requireKnownOptions, requirePositive } from '../../core/errors';
import type { Rng } from '../../core/random';
import { distancesToNearest, type Structure, withAtoms } from '../../structures';
import { reduceBasis } from '../../structures/lattice';

/** A ball. */
export interface Region {
  /** Å. */
  center: ArrayLike<number>;
  /** Å. */
  radius: number;
}

/** Random places of which the one with most room is taken. */
const PLACES = 24;
/** Å from an atom within which places near it are drawn: some of a bond's length. */
const NEAR = 2.5;

/**
 * Places for more atoms, one after the other, each at the one of some random places that has most room.
 *
 * @param region where they may be; without it anywhere in the periodic cell
 * @returns count × 3, Å
 * @throws InputError for a bad region, or none in a structure that is not periodic throughout
 */
export function roomyPlaces(structure: Structure, count: number, region: Region | undefined, rng: Rng): Float64Array {
  const places = new Float64Array(3 * count);
  const draw = region === undefined ? inCell(structure, rng) : inBall(region, rng);
  for (let m = 0; m < count; m++) {
    // Their elements do not matter.
    const before = withAtoms(structure, places.slice(0, 3 * m), new Array<string>(m).fill('X'));
    const drawn = Float64Array.from(Array.from({ length: PLACES }, draw).flat());
    const room = distancesToNearest(before, drawn);
    const best = room.indexOf(Math.max(...room));
    places.set(drawn.subarray(3 * best, 3 * best + 3), 3 * m);
  }
  return places;
}

/**
 * Places for more atoms, each near one of the structure's atoms, drawn by their weights; evenly if all are 0.
 *
 * @param weights at least 0, N, of one atom or more
 * @returns count × 3, Å
 */
export function placesNear({ positions }: Structure, weights: Float64Array, count: number, rng: Rng): Float64Array {
  let total = 0;
  const upTo = weights.map((weight) => (total += weight));
  const places = Array.from({ length: count }, () => {
    const drawn = rng.uniform();
    const atom = total > 0 ? upTo.findIndex((sum) => sum > drawn * total) : Math.floor(drawn * weights.length);
    return inBall({ center: positions.subarray(3 * atom, 3 * atom + 3), radius: NEAR }, rng)();
  });
  return Float64Array.from(places.flat());
}

function inBall(region: Region, rng: Rng): () => number[] {
  requireKnownOptions(region, ['center', 'radius'], 'region');
  const { center, radius } = region;
  requirePositive(radius, 'region.radius');
  if (center?.length !== 3) throw new InputError('region.center', `${center?.length} numbers`, '3');
  requireFinite(center, 'region.center');
  return () => {
    const direction = [rng.normal(), rng.normal(), rng.normal()];
    const scale = (radius * Math.cbrt(rng.uniform())) / Math.hypot(...direction);
    return direction.map((x, c) => center[c] + scale * x);
  };
}

function inCell(structure: Structure, rng: Rng): () => number[] {
  if (!structure.pbc.every(Boolean)) {
    throw new InputError('region', 'none', 'a center and radius, for the structure is not periodic in all directions');
  }
  // Short vectors, so that it does not matter by which the crystal is described.
  const { basis: lattice } = reduceBasis(structure.lattice, structure.pbc);
  return () => {
    const s = [rng.uniform(), rng.uniform(), rng.uniform()];
    return [0, 1, 2].map((c) => s[0] * lattice[c] + s[1] * lattice[3 + c] + s[2] * lattice[6 + c]);
  };
}
