import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/core';
import { cellCard, conditionOfCells, networkFor } from '../../src/diffusion/cellDefaults';
import { density, neighborList, readCells, type Structure } from '../../src/structures';

const cells = readCells().slice(0, 2);
const free: Structure = {
  lattice: new Float64Array(9),
  pbc: [false, false, false],
  species: ['Si', 'O', 'O'],
  positions: Float64Array.of(0, 0, 0, 1.6, 0, 0, 0, 1.7, 0),
  info: {},
  arrays: {},
};

describe('networkFor', () => {
  it('has the elements in alphabetical order, and a cutoff with some 32 atoms in sight', () => {
    const config = networkFor(cells);
    expect(config.species).toEqual(['Si']);
    const [first] = cells;
    const within = neighborList(first, config.cutoff).indices.length / first.species.length;
    const before = neighborList(first, config.cutoff - 0.1).indices.length / first.species.length;
    expect(within).toBeGreaterThanOrEqual(32);
    expect(before).toBeLessThan(32);
    expect(config.neighbors).toBe(Math.round(within));
    const half = { ...cells[0], species: cells[0].species.map((symbol, i) => (i % 3 === 0 ? symbol : 'O')) };
    expect(networkFor([half], { cutoff: 4 }).species).toEqual(['O', 'Si']);
  });

  it('takes what is given', () => {
    const config = networkFor(cells, { cutoff: 3, channels: 16, neighbors: 7 });
    expect(config).toMatchObject({ cutoff: 3, channels: 16, neighbors: 7 });
    expect(networkFor(cells, { cutoff: 3 }).neighbors).toBe(4);
  });

  it('refuses no cells, and settings by name', () => {
    expect(() => networkFor([])).toThrow(/^cells: found no atoms/);
    expect(() => networkFor(cells, { channels: 7 })).toThrow(/^option channels: found 7/);
    expect(() => networkFor(cells, { cutoff: -1 })).toThrow(InputError);
    expect(() => networkFor(cells, { cutof: 3 } as never)).toThrow(/cutof/);
  });
});

describe('cellCard', () => {
  it('says composition, density, smallest distance and a hash that another place of an atom changes', () => {
    const card = cellCard(cells[0], 'train', 0);
    expect(card).toMatchObject({ name: 'a-Si-01', role: 'train', composition: { Si: 512 } });
    expect(card.density).toBeGreaterThan(2.2);
    expect(card.smallest).toBeGreaterThan(2);
    const positions = cells[0].positions.slice();
    positions[0] += 0.01;
    expect(cellCard({ ...cells[0], positions }, 'train', 0).sha256).not.toBe(card.sha256);
    expect(cellCard(cells[0], 'validation', 3).sha256).toBe(card.sha256);
  });

  it('has no density where there is no cell, and a number where there is no name', () => {
    expect(cellCard(free, 'validation', 1)).toMatchObject({
      name: 'cell 2',
      composition: { Si: 1, O: 2 },
      density: null,
      smallest: 1.6,
    });
  });
});

describe('conditionOfCells', () => {
  const cooled = cells.map((cell, k) => ({ ...cell, info: { ...cell.info, cooling_rate: 10 ** k } }));

  it('has the range of the cells; a density that is not said is computed', () => {
    const expected = { name: 'cooling_rate', scale: 'log', range: [1, 10] };
    expect(conditionOfCells(cooled, 'cooling_rate', 'log')).toEqual(expected);
    const dense = [free, ...cells].slice(1).map(({ info: _, ...cell }) => ({ ...cell, info: {} }));
    dense[1].lattice = dense[1].lattice.map((x) => 1.01 * x);
    const { range } = conditionOfCells(dense, 'density');
    expect(range).toEqual([density(dense[1]), density(dense[0])]);
  });

  it('refuses one that a cell lacks, or that is alike in all', () => {
    const of = (cell: Structure, info: Structure['info']): Structure => ({ ...cell, info });
    const one = [of(cells[0], { name: 'a', cooling_rate: 1 }), of(cells[1], { name: 'b' })];
    expect(() => conditionOfCells(one, 'cooling_rate')).toThrow(/^b, info.cooling_rate: found no number/);
    expect(() => conditionOfCells(one.slice(0, 1), 'cooling_rate')).toThrow(/range: found \[1,1\]/);
  });
});
