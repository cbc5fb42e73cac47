import { describe, expect, it } from 'vitest';
import { Denoiser, type InfilledStructure } from '../../../src/diffusion';
import { holesOf, joinedAnswers, siteOf } from '../../../src/diffusion/cells/holes';
import type { Structure } from '../../../src/structures';

/** Atoms along a line across a face of a cube of 20 Å. */
const line: Structure = {
  lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
  pbc: [true, true, true],
  species: ['O', 'Si', 'O', 'Si'],
  positions: Float64Array.of(1, 0, 0, 7, 0, 0, 12.9, 0, 0, 19, 0, 0),
  info: {},
  arrays: {},
};
const size = { channels: 8, layers: 1, radial: 2, noiseLevels: 2 };

describe('atoms taken out', () => {
  it('leave a hole each where they are 6 Å apart and more, faces or not', () => {
    expect(holesOf(line, [0, 1, 2, 3])).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  it('are asked for by element where the model knows several, within their smallest ball and a margin', () => {
    const [one, two] = [['Si'], ['O', 'Si']].map((species) => Denoiser.create({ species, ...size }));
    const { missing, region } = siteOf(two, line, [0, 3], 1.5);
    expect(missing).toEqual({ O: 1, Si: 1 });
    expect(region?.radius).toBeCloseTo(2.5, 1);
    expect(siteOf(one, line, [1], 1)).toEqual({ missing: 1, region: { center: Float64Array.of(7, 0, 0), radius: 1 } });
    expect(siteOf(one, line, [], 1).region).toBeUndefined();
    for (const denoiser of [one, two]) denoiser.dispose();
  });
});

it('answers to several sites are one structure in its cell, of the worst agreement and residual', () => {
  const answer = (symbol: string, x: number, agreement: number, residual: number): InfilledStructure => {
    const [species, placed] = [[...line.species, symbol], Float64Array.of(x, 0, 0)];
    const structure = { ...line, species, positions: Float64Array.of(...line.positions, ...placed) };
    return { structure, placed, agreement, residual, outside: 0, energy: null, relaxed: structure };
  };
  const joined = joinedAnswers(line, [answer('Si', 4, 0.5, 0.1), answer('O', 22, 1, 0.3)]);
  expect(joined).toMatchObject({ agreement: 0.5, residual: 0.3, placed: Float64Array.of(4, 0, 0, 22, 0, 0) });
  expect(joined.structure.species).toEqual([...line.species, 'Si', 'O']);
  expect(joined.structure.positions).toEqual(Float64Array.of(...line.positions, 4, 0, 0, 2, 0, 0));
});
