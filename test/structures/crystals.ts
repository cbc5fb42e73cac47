import * as fc from 'fast-check';
import type { Structure } from '../../src/structures';

const real = (least: number, most: number): fc.Arbitrary<number> =>
  // Not -0, which texts do not keep.
  fc.double({ min: least, max: most, noNaN: true }).map((x) => x + 0);

/** Periodic structures of one to six atoms of Si, O and Ge, inside and outside a lower triangular cell. */
export const anyCrystal: fc.Arbitrary<Structure> = fc
  .record({
    edges: fc.tuple(real(3, 9), real(3, 9), real(3, 9)),
    tilts: fc.tuple(real(-2, 2), real(-2, 2), real(-2, 2)),
    atoms: fc.array(
      fc.tuple(fc.constantFrom('Si', 'O', 'Ge'), fc.array(real(-12, 12), { minLength: 3, maxLength: 3 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ edges: [a, b, c], tilts: [xy, xz, yz], atoms }) => ({
    lattice: Float64Array.of(a, 0, 0, xy, b, 0, xz, yz, c),
    pbc: [true, true, true],
    species: atoms.map(([symbol]) => symbol),
    positions: Float64Array.from(atoms.flatMap(([, position]) => position)),
    info: {},
    arrays: {},
  }));
