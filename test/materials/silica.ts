import type { Structure } from '../../src/structures';
import { crystal, DIAMOND } from '../evaluate/helpers';

/** Ideal cristobalite, 8 Si and 16 O: oxygen half-way between silicon atoms of a diamond lattice, 1.55 Å from each. */
export function silica(): Structure {
  const oxygen = DIAMOND.slice(0, 4).flatMap((p) =>
    [
      [1, 1, 1],
      [1, -1, -1],
      [-1, 1, -1],
      [-1, -1, 1],
    ].map((bond) => p.map((x, c) => x + bond[c] / 8)),
  );
  const cell = crystal([...DIAMOND, ...oxygen], 7.16, 1);
  return { ...cell, species: cell.species.map((_, i) => (i < 8 ? 'Si' : 'O')) };
}
