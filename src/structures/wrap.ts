import { inverse, spanningBasis } from './lattice';
import type { Structure } from './structure';

/** More rounds than any atom of finite coordinates needs. */
const ROUNDS = 12;
/** Part of a cell vector by which an atom may miss a face by rounding. */
const HAIR = 1e-14;

/**
 * Positions (N × 3, Å) with each atom in the cell along its periodic directions: fractional coordinates from 0 on and
 * below 1, not even by rounding on a far face. Throws InputError for a flat cell.
 */
export function wrappedPositions({
  lattice,
  pbc,
  positions,
}: Pick<Structure, 'lattice' | 'pbc' | 'positions'>): Float64Array {
  const toFractional = inverse(spanningBasis({ lattice, pbc }));
  const wrapped = positions.slice();
  for (let i = 0; i < wrapped.length; i += 3) {
    for (let round = 0; round < ROUNDS && wrapAtom(wrapped, i, round, { lattice, pbc, toFractional }); round++);
  }
  return wrapped;
}

interface Frame {
  lattice: Float64Array;
  pbc: readonly boolean[];
  toFractional: Float64Array;
}

/** Moves an atom by whole cells, or a hair past a face that it misses by rounding; whether it was outside. */
function wrapAtom(positions: Float64Array, i: number, round: number, { lattice, pbc, toFractional }: Frame): boolean {
  let outside = false;
  for (let k = 0; k < 3; k++) {
    if (!pbc[k]) continue;
    let along = 0;
    for (let c = 0; c < 3; c++) along += positions[i + c] * toFractional[3 * c + k];
    // What lies before a face by rounding only lies on it. Twice the hair, lest an atom goes back and forth.
    const short = along < 0 && along > -2 * HAIR;
    const cells = Math.floor(along + HAIR);
    if (cells === 0 && !short) continue;
    outside = true;
    // Less than the rounding of a sum would move nothing.
    const by = short ? along - round * Number.EPSILON : cells;
    for (let c = 0; c < 3; c++) positions[i + c] -= by * lattice[3 * k + c];
  }
  return outside;
}
