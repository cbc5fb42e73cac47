import type { Structure } from '../../src/structures';

/** Silicon atoms in a cell. */
export function make(
  lattice: ArrayLike<number>,
  pbc: [boolean, boolean, boolean],
  positions: ArrayLike<number>,
): Structure {
  const species = new Array<string>(positions.length / 3).fill('Si');
  return {
    lattice: Float64Array.from(lattice),
    pbc,
    species,
    positions: Float64Array.from(positions),
    info: {},
    arrays: {},
  };
}

/** Lattice of a cube. */
export const cubic = (edge: number): number[] => [edge, 0, 0, 0, edge, 0, 0, 0, edge];
