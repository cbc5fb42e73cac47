import { requireKnownOptions } from '../../core';
import { type BondOptions, bondedNeighbors, bondsOf, type NeighborList, type Structure } from '../../structures';

/**
 * Largest deviation of a dihedral angle from 60, 180 or 300° in a staggered bond, radians: half the way to eclipsed.
 */
const STAGGERED = Math.PI / 6;

/**
 * Whether each atom has the surroundings of cubic diamond out to its second neighbors: four bonds, all to atoms of four
 * bonds, and all nine dihedral angles about each of them staggered.
 *
 * Crystal nuclei in a glass show as a larger share of such atoms.
 *
 * @returns 1 or 0 for each atom
 * @throws InputError naming an option
 */
export function diamondLike(structure: Structure, options: BondOptions = {}): Uint8Array {
  requireKnownOptions(options, ['bonds']);
  const list = bondedNeighbors(structure, bondsOf(structure, options.bonds));
  const { offsets } = list;
  return Uint8Array.from(structure.species, (_, i) => {
    if (offsets[i + 1] - offsets[i] !== 4) return 0;
    for (let e = offsets[i]; e < offsets[i + 1]; e++) if (!staggered(list, i, e)) return 0;
    return 1;
  });
}

/** Whether bond e of atom i leads to an atom of four bonds and has staggered dihedral angles only. */
function staggered({ offsets, indices, vectors }: NeighborList, i: number, e: number): boolean {
  const j = indices[e];
  if (offsets[j + 1] - offsets[j] !== 4) return false;
  const axis = vectors.subarray(3 * e, 3 * e + 3);
  const own: number[][] = [];
  const others: number[][] = [];
  for (let f = offsets[i]; f < offsets[i + 1]; f++) if (f !== e) own.push(across(axis, vectors, 3 * f));
  for (let f = offsets[j]; f < offsets[j + 1]; f++) {
    // The way back: the same bond from its other end.
    if (indices[f] === i && [0, 1, 2].every((c) => Math.abs(vectors[3 * f + c] + axis[c]) < 1e-6)) continue;
    others.push(across(axis, vectors, 3 * f));
  }
  return own.every((a) => others.every((b) => isStaggered(a, b)));
}

/** The part of a vector perpendicular to an axis. */
function across(axis: Float64Array, vectors: Float64Array, at: number): number[] {
  const square = axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2;
  const along = (axis[0] * vectors[at] + axis[1] * vectors[at + 1] + axis[2] * vectors[at + 2]) / square;
  return [0, 1, 2].map((c) => vectors[at + c] - along * axis[c]);
}

function isStaggered(a: readonly number[], b: readonly number[]): boolean {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const angle = Math.acos(Math.max(-1, Math.min(1, dot / (Math.hypot(...a) * Math.hypot(...b)))));
  return [Math.PI / 3, Math.PI].some((ideal) => Math.abs(angle - ideal) < STAGGERED);
}
