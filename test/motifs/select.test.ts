import { describe, expect, it } from 'vitest';
import { extractEnvironments } from '../../src/motifs/environments';
import {
  concatenateMotifs,
  drawEnvironments,
  elementRow,
  indicesOf,
  selectEnvironments,
  symbolsOf,
} from '../../src/motifs/select';
import { toyCell } from '../cli/toy';

const options = { cutoff: 4, count: 8 };
const cells = [toyCell('a', 1, ['Ga', 'As']), toyCell('b', 2, ['Si'])];
const set = extractEnvironments(cells, options);

describe('extractEnvironments of cells with names and several elements', () => {
  it('names the cells', () => {
    expect(set.length).toBe(54);
    expect(set.names).toEqual(['a', 'b']);
  });
  it('names atoms whose places, up to cell vectors, are the neighbors', () => {
    for (let m = 0; m < set.length; m++) {
      const cell = cells[set.structures[m]];
      for (let k = 0; k < set.n; k++) {
        const [center, neighbor] = [set.atoms[m], set.neighbors[8 * m + k]];
        for (let c = 0; c < 3; c++) {
          const vector = cell.positions[3 * neighbor + c] - cell.positions[3 * center + c];
          const turns = (set.positions[3 * (8 * m + k) + c] - vector) / cell.lattice[0];
          expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
        }
      }
    }
  });
  it('gives each atom its species', () => {
    for (let m = 0; m < set.length; m++) {
      const { species } = cells[set.structures[m]];
      expect(symbolsOf(set, m)).toEqual(indicesOf(set, m).map((i) => species[i]));
    }
    expect(set.elements).toEqual(['Ga', 'As', 'Si']);
  });
});

describe('selectEnvironments', () => {
  it('keeps every part of a motif together', () => {
    const numbered = {
      ...set,
      properties: { p: { columns: 2, values: Float64Array.from({ length: 108 }, (_, k) => k) } },
    };
    const two = selectEnvironments(numbered, [53, 3]);
    expect(two.length).toBe(2);
    expect(two.positions).toEqual(Float64Array.from([...set.positions.slice(53 * 24), ...set.positions.slice(72, 96)]));
    expect([symbolsOf(two, 0), symbolsOf(two, 1)]).toEqual([symbolsOf(set, 53), symbolsOf(set, 3)]);
    expect([indicesOf(two, 0), indicesOf(two, 1)]).toEqual([indicesOf(set, 53), indicesOf(set, 3)]);
    expect(Array.from(two.structures)).toEqual([1, 0]);
    expect(Array.from(two.properties.p.values)).toEqual([106, 107, 6, 7]);
  });
});

describe('drawEnvironments', () => {
  it('draws without repetition, the same by the same seed', () => {
    const drawn = drawEnvironments(set, 20, 5);
    const centers = Array.from({ length: 20 }, (_, m) => 100 * drawn.structures[m] + drawn.atoms[m]);
    expect(new Set(centers).size).toBe(20);
    expect(drawEnvironments(set, 20, 5)).toEqual(drawn);
    expect(drawEnvironments(set, 20, 6)).not.toEqual(drawn);
    expect(drawEnvironments(set, 1000, 0).positions).toEqual(set.positions);
  });
});

describe('concatenateMotifs', () => {
  it('joins sets as if extracted together, cells by name', () => {
    const parts = [extractEnvironments([cells[0]], options), extractEnvironments([cells[1]], options)];
    expect(concatenateMotifs(parts, 'input')).toEqual(set);
    const again = concatenateMotifs([set, parts[1]], 'input');
    expect(again.names).toEqual(['a', 'b']);
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
    const small = extractEnvironments(cells, { cutoff: 4, count: 6 });
    expect(() => concatenateMotifs([set, small], 'input')).toThrow('motifs of 8 and of 6 neighbors');
  });
});

describe('elementRow', () => {
  it('is the one sequence of elements of all motifs', () => {
    const blocks = extractEnvironments([cells[0]], { cutoff: 8, centers: 'Ga', neighbors: { As: 3, Ga: 2 } });
    expect(elementRow(blocks)).toEqual(['Ga', 'As', 'As', 'As', 'Ga', 'Ga']);
  });
  it('refuses motifs that differ in it, by name and with the remedy', () => {
    expect(() => elementRow(set, 'data.train')).toThrow(/^data.train, motif \d+: .* centers and neighbors/);
  });
});
