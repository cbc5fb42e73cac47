import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../src/core';
import { readCells } from '../../src/structures';
import { neighborFinder } from '../../src/structures/neighborFinder';
import { neighborList } from '../../src/structures/neighborList';
import { holds, toyStructure } from '../diffusion/graph/toy';
import { cubic, make } from './make';

describe('neighborFinder', () => {
  it('finds what the list of both together has between points and atoms, to the bit, in any cell', () => {
    holds((rng) => {
      const structure = toyStructure(rng, rng.integer(20), rng.uniform() < 0.7);
      const pbc = structure.pbc.map((along) => along && rng.uniform() < 0.8) as typeof structure.pbc;
      const atoms = { ...structure, pbc };
      const points = Float64Array.from({ length: 3 * (1 + rng.integer(4)) }, () => 10 * rng.normal());
      const cutoff = 0.5 + 5 * rng.uniform();
      const count = atoms.species.length;
      const whole = neighborList(
        {
          ...atoms,
          species: [...atoms.species, ...new Array<string>(points.length / 3).fill('Si')],
          positions: Float64Array.of(...atoms.positions, ...points),
        },
        cutoff,
      );
      const { offsets, indices, vectors } = neighborFinder(atoms, cutoff)(points);
      for (let p = 0; 3 * p < points.length; p++) {
        const from = whole.offsets[count + p];
        const edges = Array.from({ length: whole.offsets[count + p + 1] - from }, (_, k) => from + k);
        const between = edges.filter((e) => whole.indices[e] < count);
        expect(Array.from(indices.subarray(offsets[p], offsets[p + 1]))).toEqual(between.map((e) => whole.indices[e]));
        const found = vectors.subarray(3 * offsets[p], 3 * offsets[p + 1]);
        expect(Array.from(found)).toEqual(between.flatMap((e) => Array.from(whole.vectors.subarray(3 * e, 3 * e + 3))));
      }
    }, 200);
  });

  it('finds an atom where the point is one, and in a real cell as many as the list', () => {
    const [cell] = readCells();
    const rows = neighborList(cell, 5).offsets;
    const { offsets } = neighborFinder(cell, 5)(cell.positions);
    for (let i = 0; i < 512; i++) expect(offsets[i + 1] - offsets[i]).toBe(rows[i + 1] - rows[i] + 1);
  });

  it('finds nothing for no points, nor among no atoms', () => {
    const rng = createRng(1);
    expect(Array.from(neighborFinder(toyStructure(rng, 3), 4)(new Float64Array(0)).offsets)).toEqual([0]);
    const none = make(cubic(5), [true, true, true], []);
    expect(Array.from(neighborFinder(none, 4)(Float64Array.of(1, 2, 3)).offsets)).toEqual([0, 0]);
  });

  it('names a point or an option that is wrong', () => {
    const structure = toyStructure(createRng(1), 3);
    expect(() => neighborFinder(structure, -1)).toThrow(InputError);
    expect(() => neighborFinder(structure, 4)(Float64Array.of(1, NaN, 2))).toThrow(/^points\[1\]: found NaN/);
  });
});
