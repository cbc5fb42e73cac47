import { requireKnownOptions } from '../../core';
import { type BondOptions, bondedNeighbors, bondsOf, type Structure } from '../../structures';
import { pointsUp } from './geometry';
import { structureList } from './neighborhoods';

/**
 * Dihedral angle of every bonded chain i–j–k–l with distinct atoms, radians in (−π, π]: 0 eclipsed (cis), ±π trans,
 * ±π/3 gauche; positive when, seen along j→k, the bond k–l lies clockwise from j–i (IUPAC). Each chain counts once.
 *
 * A glass has both hands of every chain; histogram |φ|. Chains with i–j–k or j–k–l straight have no dihedral and are
 * left out.
 */
export function dihedralAngles(structures: Structure | Structure[], options: BondOptions = {}): Float64Array {
  const list = structureList(structures);
  requireKnownOptions(options, ['bonds']);
  const bonds = bondsOf(list, options.bonds);
  const angles: number[] = [];
  for (const structure of list) {
    const { offsets, indices, vectors } = bondedNeighbors(structure, bonds);
    for (let j = 0; j + 1 < offsets.length; j++) {
      for (let middle = offsets[j]; middle < offsets[j + 1]; middle++) {
        const k = indices[middle];
        const axis = vectors.subarray(3 * middle, 3 * middle + 3);
        // The bond is listed from both ends; an atom bonded to its own image lists it as v and −v.
        if (k < j || (k === j && !pointsUp(axis, 0))) continue;
        for (let p = offsets[j]; p < offsets[j + 1]; p++) {
          if (p === middle) continue;
          const first = vectors.subarray(3 * p, 3 * p + 3);
          for (let q = offsets[k]; q < offsets[k + 1]; q++) {
            const angle = dihedral(first, axis, vectors.subarray(3 * q, 3 * q + 3));
            if (angle !== null) angles.push(angle);
          }
        }
      }
    }
  }
  return Float64Array.from(angles);
}

/** Dihedral of the bonds j→i, j→k, k→l; null for a straight or closed chain, or one that goes back to j. */
function dihedral(ji: Float64Array, jk: Float64Array, kl: Float64Array): number | null {
  const closing = [0, 1, 2].map((c) => jk[c] + kl[c] - ji[c]);
  if (Math.hypot(...closing) < 1e-6) return null;
  const u = cross(jk, ji);
  const v = cross(jk, kl);
  // Both vanish for straight chains; k–l = −(j–k), the way back, is straight too.
  const axis = Math.hypot(jk[0], jk[1], jk[2]);
  if (Math.hypot(...u) < 1e-9 * axis || Math.hypot(...v) < 1e-9 * axis) return null;
  const w = cross(u, v);
  const sine = (w[0] * jk[0] + w[1] * jk[1] + w[2] * jk[2]) / axis;
  const angle = Math.atan2(sine, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]);
  return angle === -Math.PI ? Math.PI : angle;
}

function cross(a: ArrayLike<number>, b: ArrayLike<number>): [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
