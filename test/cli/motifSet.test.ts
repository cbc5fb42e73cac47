import { describe, expect, it } from 'vitest';
import { asEnvironments, concatenateMotifs, drawMotifs, motifsOfCells, selectMotifs } from '../../src/cli/motifSet';
import { extractEnvironments } from '../../src/motifs/environments';
import { toyCell } from './toy';

const options = { cutoff: 4, count: 8 };
const cells = [toyCell('a', 1, ['Ga', 'As']), toyCell('b', 2, ['Si'])];
const set = motifsOfCells(cells, options);

describe('motifsOfCells', () => {
  it('is what extractEnvironments gives', () => {
    const { skipped: _, ...environments } = extractEnvironments(cells, options);
    expect(asEnvironments(set)).toEqual({ ...environments, skipped: [] });
    expect(set.length).toBe(54);
    expect(set.cells).toEqual(['a', 'b']);
  });
  it('names atoms whose places, up to cell vectors, are the neighbors', () => {
    for (let m = 0; m < set.length; m++) {
      const cell = cells[set.structures[m]];
      for (let k = 0; k < set.count; k++) {
        const [center, neighbor] = [set.atoms[9 * m], set.atoms[9 * m + 1 + k]];
        for (let c = 0; c < 3; c++) {
          const vector = cell.positions[3 * neighbor + c] - cell.positions[3 * center + c];
          const turns = (set.positions[3 * (8 * m + k) + c] - vector) / cell.lattice[0];
          expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
        }
      }
    }
  });
  it('gives each atom its species', () => {
    set.species.forEach((symbol, k) => {
      expect(symbol).toBe(cells[set.structures[Math.floor(k / 9)]].species[set.atoms[k]]);
    });
    expect(new Set(set.species)).toEqual(new Set(['Ga', 'As', 'Si']));
  });
});

describe('selectMotifs', () => {
  it('keeps every part of a motif together', () => {
    const numbered = {
      ...set,
      properties: { p: { columns: 2, values: Float64Array.from({ length: 108 }, (_, k) => k) } },
    };
    const two = selectMotifs(numbered, [53, 3]);
    expect(two.length).toBe(2);
    expect(two.positions).toEqual(Float64Array.from([...set.positions.slice(53 * 24), ...set.positions.slice(72, 96)]));
    expect(two.species).toEqual([...set.species.slice(53 * 9), ...set.species.slice(27, 36)]);
    expect(Array.from(two.atoms)).toEqual([...set.atoms.slice(53 * 9), ...set.atoms.slice(27, 36)]);
    expect(Array.from(two.structures)).toEqual([1, 0]);
    expect(Array.from(two.properties.p.values)).toEqual([106, 107, 6, 7]);
  });
});

describe('drawMotifs', () => {
  it('draws without repetition, the same by the same seed', () => {
    const drawn = drawMotifs(set, 20, 5);
    const centers = Array.from({ length: 20 }, (_, m) => 100 * drawn.structures[m] + drawn.atoms[9 * m]);
    expect(new Set(centers).size).toBe(20);
    expect(drawMotifs(set, 20, 5)).toEqual(drawn);
    expect(drawMotifs(set, 20, 6)).not.toEqual(drawn);
    expect(drawMotifs(set, 1000, 0).positions).toEqual(set.positions);
  });
});

describe('concatenateMotifs', () => {
  it('joins sets as if extracted together, cells by name', () => {
    const parts = [motifsOfCells([cells[0]], options), motifsOfCells([cells[1]], options)];
    const { skipped: _, ...together } = set;
    expect(concatenateMotifs(parts, 'input')).toEqual(together);
    const again = concatenateMotifs([set, parts[1]], 'input');
    expect(again.cells).toEqual(['a', 'b']);
    expect(again.structures[80]).toBe(1);
  });
  it('keeps the properties that all have', () => {
    const p = { columns: 1, values: new Float64Array(54) };
    const [a, b] = [
      { ...set, properties: { p, q: p } },
      { ...set, properties: { p } },
    ];
    expect(Object.keys(concatenateMotifs([a, b], 'input').properties)).toEqual(['p']);
  });
  it('refuses motifs of different sizes', () => {
    const small = motifsOfCells(cells, { cutoff: 4, count: 6 });
    expect(() => concatenateMotifs([set, small], 'input')).toThrow('motifs of 8 and of 6 neighbors');
  });
});
