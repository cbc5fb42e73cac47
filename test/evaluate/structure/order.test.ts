import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, InputError } from '../../../src/core';
import { motifTetrahedralOrder, steinhardt, tetrahedralOrder } from '../../../src/evaluate';
import { randomRotation } from '../../../src/motifs/randomRotation';
import { neighborList } from '../../../src/structures';
import { rotate } from '../../motifs/points';
import { BCC, cluster, crystal, DIAMOND, expectClose, FCC, randomMotifs, rattle, SC } from '../helpers';

describe('steinhardt', () => {
  // Closed forms: Mickel et al., J. Chem. Phys. 138, 044501 (2013), table I; tetrahedron from P_l(±1/3).
  it.each([
    ['sc', SC, 6, 4, 0.763763],
    ['sc', SC, 6, 6, 0.353553],
    ['bcc, two shells', BCC, 14, 4, 0.03637],
    ['bcc, two shells', BCC, 14, 6, 0.510688],
    ['fcc', FCC, 12, 4, 0.190941],
    ['fcc', FCC, 12, 6, 0.574524],
    ['diamond', DIAMOND, 4, 3, Math.sqrt(5) / 3],
    ['diamond', DIAMOND, 4, 4, 0.509175],
    ['diamond', DIAMOND, 4, 6, 0.628539],
  ])('%s, %#: known value', (_, basis, nearest, l, expected) => {
    expectClose(steinhardt(crystal(basis, 4, 1), l, { nearest }), Array(basis.length).fill(expected), 5);
  });

  it('is 1 for l = 0 or one bond, 0 without bonds', () => {
    const pair = cluster([0, 0, 0, 2, 0, 0, 50, 0, 0]);
    expectClose(steinhardt(pair, 6, { cutoff: 3 }), [1, 1, 0], 12);
    expectClose(steinhardt(pair, 0, { cutoff: 3 }), [1, 1, 0], 12);
  });

  it('does not change under rotation and order of neighbors', () => {
    const positions = randomMotifs(2, 5, 8);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const turned = rotate(positions, randomRotation(createRng(seed)));
        expectClose(motifTetrahedralOrder(turned, 8), motifTetrahedralOrder(positions, 8), 9);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('refuses an l that is no integer, and more neighbors than there are', () => {
    expect(() => steinhardt(crystal(SC, 3, 1), 1.5, { nearest: 6 })).toThrow('option l');
    expect(() => steinhardt(cluster([0, 0, 0, 2, 0, 0]), 4, { nearest: 2 })).toThrow(InputError);
  });
});

describe('tetrahedral order', () => {
  it('is 1 in diamond and 0 on average for random directions', () => {
    expectClose(tetrahedralOrder(crystal(DIAMOND, 5.431, 1)), Array(8).fill(1), 10);
    const mean = motifTetrahedralOrder(randomMotifs(4, 20000, 4), 4).reduce((a, b) => a + b) / 20000;
    expect(Math.abs(mean)).toBeLessThan(0.01);
  });

  it('is the same from the cell as from the motifs cut out of it', () => {
    const cell = rattle(crystal(DIAMOND, 5.431, 2), 0.3, 5);
    const { offsets, vectors } = neighborList(cell, 6);
    const expected = tetrahedralOrder(cell);
    for (let i = 0; i < expected.length; i++) {
      const motif = vectors.slice(3 * offsets[i], 3 * offsets[i + 1]);
      expect(motifTetrahedralOrder(motif, motif.length / 3)[0]).toBeCloseTo(expected[i], 12);
    }
  });

  it('needs four neighbors', () => {
    expect(() => motifTetrahedralOrder(randomMotifs(1, 1, 3), 3)).toThrow('at least 4');
  });
});
