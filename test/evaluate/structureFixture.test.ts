import { describe, expect, it } from 'vitest';
import { bondAngles, radialDistribution, ringStatistics, tetrahedralOrder } from '../../src/evaluate';
import { steinhardt } from '../../src/evaluate/structure/order';
import { readFixture, siliconCell } from './fixtures';
import { expectClose } from './helpers';

interface StructureFixture {
  cutoff: number;
  cells: {
    name: string;
    lattice: number[];
    positions: number[];
    radial: { r: number[]; g: number[] };
    angles: number[];
    tetrahedral: number[];
    steinhardt: Record<string, { nearest4: number[]; cutoff: number[] }>;
    rings: number[];
  }[];
}

const fixture = readFixture<StructureFixture>('structure.json');

describe.each(fixture.cells)('agreement with independent programs: $name', (cell) => {
  const structure = siliconCell(cell);

  it('g(r) of ASE', () => {
    const { distances, values } = radialDistribution(structure, { cutoff: 4.8, bins: 40 });
    expectClose(distances, cell.radial.r, 9);
    expectClose(values, cell.radial.g, 6);
  });

  it('bond angles of ASE', () => {
    expectClose(bondAngles(structure, { bonds: fixture.cutoff }).sort(), cell.angles, 7);
  });

  it('shortest-path rings of matscipy', () => {
    const { counts } = ringStatistics(structure, { bonds: fixture.cutoff, maxSize: 12 });
    cell.rings.forEach((count, size) => {
      expect(counts[size], `${size}-rings`).toBe(count);
    });
  });

  it('q_l of freud, over four nearest and over the bonds', () => {
    for (const l of [3, 4, 6]) {
      expectClose(steinhardt(structure, l, { nearest: 4 }), cell.steinhardt[l].nearest4, 4);
      expectClose(steinhardt(structure, l, { bonds: fixture.cutoff }), cell.steinhardt[l].cutoff, 4);
    }
  });

  it('tetrahedral q written out in numpy', () => {
    expectClose(tetrahedralOrder(structure), cell.tetrahedral, 9);
  });
});
