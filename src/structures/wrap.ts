import { inverse, spanningBasis } from './lattice';
import type { Structure } from './structure';

/** Positions (N × 3, Å) with each atom in the cell, along its periodic directions. Throws InputError for a flat cell. */
export function wrappedPositions({
  lattice,
  pbc,
  positions,
}: Pick<Structure, 'lattice' | 'pbc' | 'positions'>): Float64Array {
  const toFractional = inverse(spanningBasis({ lattice, pbc }));
  const wrapped = positions.slice();
  for (let i = 0; i < wrapped.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      if (!pbc[k]) continue;
      let along = 0;
      for (let c = 0; c < 3; c++) along += positions[i + c] * toFractional[3 * c + k];
      const cells = Math.floor(along);
      if (cells !== 0) for (let c = 0; c < 3; c++) wrapped[i + c] -= cells * lattice[3 * k + c];
    }
  }
  return wrapped;
}
