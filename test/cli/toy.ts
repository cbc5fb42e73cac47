import { createRng } from '../../src/core/random';
import type { Structure } from '../../src/structures/structure';

/** A periodic cell of atoms near a simple cubic lattice, each with many neighbors within 4 Å. */
export function toyCell(name: string, seed: number, species: string[] = ['Si']): Structure {
  const rng = createRng(seed);
  const side = 3;
  const spacing = 2.4;
  const positions: number[] = [];
  for (let i = 0; i < side ** 3; i++) {
    for (const k of [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)]) {
      positions.push(spacing * k + 0.15 * rng.normal());
    }
  }
  const length = side * spacing;
  return {
    lattice: Float64Array.of(length, 0, 0, 0, length, 0, 0, 0, length),
    pbc: [true, true, true],
    species: Array.from({ length: side ** 3 }, (_, i) => species[i % species.length]),
    positions: Float64Array.from(positions),
    info: { name },
    arrays: {},
  };
}
