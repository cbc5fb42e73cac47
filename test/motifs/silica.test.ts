import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/random';
import { extractEnvironments } from '../../src/motifs/environments';
import { elementRow, environmentPositions } from '../../src/motifs/select';
import { readExtxyz } from '../../src/structures/extxyzRead';
import type { Structure } from '../../src/structures/structure';

const [silica] = readExtxyz(path.join(__dirname, '../fixtures/structures/a-sio2-10Kps-1.extxyz.gz'));
const silicon = { cutoff: 5, centers: 'Si', neighbors: { O: 4, Si: 4 } };
const oxygen = { cutoff: 5, centers: 'O', neighbors: { Si: 2, O: 6 } };

describe('motifs of silica', () => {
  const around = extractEnvironments([silica], silicon);

  it('have the same element in each row', () => {
    expect(elementRow(around)).toEqual(['Si', 'O', 'O', 'O', 'O', 'Si', 'Si', 'Si', 'Si']);
    expect(elementRow(extractEnvironments([silica], oxygen))).toEqual(['O', 'Si', 'Si', ...new Array(6).fill('O')]);
  });

  it('are one an atom of the element in the center, of 1,000 Si and 2,000 O', () => {
    expect(around.length + around.skipped.length).toBe(1000);
    expect(around.length).toBeGreaterThan(990);
    for (const { element } of around.skipped) expect(['O', 'Si']).toContain(element);
    for (const atom of around.atoms) expect(silica.species[atom]).toBe('Si');
  });

  it('name neighbors of the element of their row, at their places up to cell vectors', () => {
    const edges = [0, 4, 8].map((k) => silica.lattice[k]);
    for (let k = 0; k < 8 * around.length; k++) {
      const [center, neighbor] = [around.atoms[Math.floor(k / 8)], around.neighbors[k]];
      expect(silica.species[neighbor]).toBe(k % 8 < 4 ? 'O' : 'Si');
      for (let c = 0; c < 3; c++) {
        const vector = silica.positions[3 * neighbor + c] - silica.positions[3 * center + c];
        const turns = (around.positions[3 * k + c] - vector) / edges[c];
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-10);
      }
    }
  });

  it('take the closest of each element: the brute force over all atoms', () => {
    const edges = [0, 4, 8].map((k) => silica.lattice[k]);
    const distance = (i: number, j: number): number =>
      Math.hypot(
        ...edges.map((edge, c) => {
          const gap = silica.positions[3 * j + c] - silica.positions[3 * i + c];
          return gap - edge * Math.round(gap / edge);
        }),
      );
    for (const m of [0, 17, 400, 900]) {
      const center = around.atoms[m];
      const closest = ['O', 'Si'].flatMap((symbol) =>
        silica.species
          .flatMap((own, i) => (own === symbol && i !== center ? [distance(center, i)] : []))
          .sort((a, b) => a - b)
          .slice(0, 4),
      );
      const rows = environmentPositions(around, m);
      closest.forEach((r, k) => {
        expect(Math.hypot(...rows.subarray(3 * k, 3 * k + 3))).toBeCloseTo(r, 9);
      });
    }
  });

  it('do not depend on the order of the atoms, nor on cell vectors added to them', () => {
    const rng = createRng(3);
    const order = Array.from({ length: 3000 }, (_, i) => i);
    rng.shuffle(order);
    const moved: Structure = {
      ...silica,
      arrays: {},
      species: order.map((i) => silica.species[i]),
      positions: Float64Array.from(
        order.flatMap((i) =>
          [0, 1, 2].map((c) => silica.positions[3 * i + c] + silica.lattice[4 * c] * (rng.integer(3) - 1)),
        ),
      ),
    };
    const other = extractEnvironments([moved], silicon);
    expect(other.length).toBe(around.length);
    const byAtom = new Map(Array.from(around.atoms, (atom, m) => [atom, m]));
    other.atoms.forEach((atom, m) => {
      const before = environmentPositions(around, byAtom.get(order[atom]) as number);
      environmentPositions(other, m).forEach((x, k) => {
        expect(x).toBeCloseTo(before[k], 9);
      });
    });
  });
});

describe('extractEnvironments', () => {
  it('takes the motifs of one element as without the option', () => {
    const only: Structure = { ...silica, species: new Array<string>(3000).fill('Si') };
    const [plain, blocks] = [{ count: 6 }, { neighbors: { Si: 6 } }].map((o) => extractEnvironments([only], o));
    expect(blocks).toEqual({ ...plain, skipped: plain.skipped.map((atom) => ({ ...atom, element: 'Si' })) });
  });

  it.each([
    [{ centers: 'Ge' }, "option centers: found 'Ge', expected an element of the structures"],
    [{ neighbors: { Ge: 4 } }, "option neighbors: found 'Ge'"],
    [{ neighbors: {} }, 'option neighbors'],
    [{ neighbors: { O: 0 } }, 'option neighbors.O'],
    [{ neighbors: { O: 4 }, count: 8 }, 'option count: found 8 beside neighbors of 4 atoms'],
    [{ center: 'Si' }, 'option center: found an unknown name'],
  ])('refuses %j', (options, message) => {
    expect(() => extractEnvironments([silica], options as never)).toThrow(message);
  });
});
