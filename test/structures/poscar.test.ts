import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atomCount } from '../../src/structures';
import { cellVolume } from '../../src/structures/lattice';
import { formatPoscar, parsePoscar } from '../../src/structures/poscar';
import { anyCrystal } from './crystals';

const CELL = '2 0 0\n0.5 3 0\n0 0 4';
const file = (scale: string, rest: string, cell = CELL): string => `glass\n${scale}\n${cell}\n${rest}\n`;
const read = (text: string, types?: string[]) => parsePoscar(text, 'POSCAR', types);
const numbers = (values: Float64Array): number[] => Array.from(values, (x) => Math.round(x * 1e9) / 1e9);

describe('parsePoscar', () => {
  it('reads Direct positions by all cell vectors, and their order', () => {
    const s = read(file('1.0', 'Si O\n1 2\nDirect\n0.5 0.5 0\n0 0 0.25\n0 0 0.75'));
    expect(s.species).toEqual(['Si', 'O', 'O']);
    expect(numbers(s.positions)).toEqual([1.25, 1.5, 0, 0, 0, 1, 0, 0, 3]);
    expect(s).toMatchObject({ pbc: [true, true, true], info: { comment: 'glass' } });
  });

  it('scales the cell, and Cartesian but not Direct positions once more', () => {
    const s = read(file('2', 'Si\n2\nCartesian\n1 1 1\n0 0 3'));
    expect(numbers(s.lattice)).toEqual([4, 0, 0, 1, 6, 0, 0, 0, 8]);
    expect(numbers(s.positions)).toEqual([2, 2, 2, 0, 0, 6]);
    expect(numbers(read(file('2', 'Si\n1\nDirect\n0 0 0.5')).positions)).toEqual([0, 0, 4]);
  });

  it('takes a scale below 0 for the volume', () => {
    const s = read(file('-192', 'Si\n1\nk\n1 1 1'));
    expect(cellVolume(s)).toBeCloseTo(192, 10);
    expect(numbers(s.positions)).toEqual([2, 2, 2]);
  });

  it('takes three scales for those of x, y and z', () => {
    expect(numbers(read(file('2 1 0.5', 'Si\n1\nC\n1 1 1')).lattice)).toEqual([4, 0, 0, 1, 3, 0, 0, 0, 2]);
  });

  it('passes over selective dynamics, velocities, symbols after positions and parts of potential names', () => {
    const rest = 'Si_d O/1a2b\n1 1\nSelective dynamics\nDirect\n0 0 0 T F T Si\n0 0 0.5 F F F O\n\n0.1 0 0\n0 0 0';
    expect(read(file('1', rest))).toMatchObject({ species: ['Si', 'O'], positions: Float64Array.of(0, 0, 0, 0, 0, 2) });
  });

  it('leaves atoms outside the cell where they are', () => {
    expect(numbers(read(file('1', 'Si\n1\nDirect\n-0.5 0 1.5')).positions)).toEqual([-1, 0, 6]);
  });

  it('refuses a file of VASP 4 with the remedy, and reads it with types', () => {
    const text = file('1', '1 1\nDirect\n0 0 0\n0 0 0.5');
    expect(() => read(text)).toThrow(/POSCAR:6: found no line of elements \(VASP 4\), .*--types/);
    expect(read(text, ['Si', 'O']).species).toEqual(['Si', 'O']);
    expect(() => read(text, ['Si'])).toThrow('2 groups of atoms for 1 types');
  });

  it.each([
    ['a scale of 0', file('0', 'Si\n1\nDirect\n0 0 0'), 'POSCAR:2:'],
    ['two numbers in a cell vector', file('1', 'Si\n1\nDirect\n0 0 0', '1 0 0\n0 1\n0 0 1'), "POSCAR:4: found '0 1'"],
    ['a symbol that is none', file('1', 'Qq\n1\nDirect\n0 0 0'), "POSCAR:6: found 'Qq'"],
    ['more counts than elements', file('1', 'Si\n1 2\nDirect\n0 0 0'), 'POSCAR:7: found 2 counts'],
    ['no mode', file('1', 'Si\n1\n0 0 0'), "POSCAR:8: found '0 0 0', expected Direct or Cartesian"],
    ['too few atoms', file('1', 'Si\n3\nDirect\n0 0 0'), 'POSCAR:10: found'],
    ['more atoms than lines', file('1', 'Si\n99999999999\nDirect\n0 0 0'), 'POSCAR:7: found 99999999999 atoms'],
    ['a word for a number', file('1', 'Si\n1\nDirect\n0 zero 0'), "POSCAR:9: found 'zero'"],
  ])('names the line of %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('formatPoscar', () => {
  it('is undone by parsePoscar, atoms ordered by element', () => {
    fc.assert(
      fc.property(anyCrystal, (crystal) => {
        const back = read(formatPoscar(crystal));
        const order = [...new Set(crystal.species)].flatMap((symbol) =>
          crystal.species.flatMap((other, i) => (other === symbol ? [i] : [])),
        );
        expect(back.species).toEqual(order.map((i) => crystal.species[i]));
        expect(back.lattice).toEqual(crystal.lattice);
        for (let k = 0; k < 3 * atomCount(back); k++) {
          expect(back.positions[k]).toBeCloseTo(crystal.positions[3 * order[Math.floor(k / 3)] + (k % 3)], 9);
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('refuses free directions', () => {
    const crystal = fc.sample(anyCrystal, { seed: 1, numRuns: 1 })[0];
    expect(() => formatPoscar({ ...crystal, pbc: [true, true, false] })).toThrow('a periodic cell');
  });
});
