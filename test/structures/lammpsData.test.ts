import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighborList } from '../../src/structures';
import { formatLammpsData, parseLammpsData } from '../../src/structures/lammpsData';
import { anyCrystal } from './crystals';

const BOX = '0 10 xlo xhi\n0 11 ylo yhi\n0 12 zlo zhi';
const MASSES = 'Masses\n\n1 15.9994\n2 28.0855';
/** A file of two atoms, of types 1 and 2. */
const file = (rows: string, { title = 'Atoms', masses = MASSES, box = BOX, atoms = 2 } = {}): string =>
  `LAMMPS data file\n\n${atoms} atoms\n2 atom types\n\n${box}\n\n${masses}\n\n${title}\n\n${rows}\n`;
const read = (text: string, types?: string[]) => parseLammpsData(text, 'x.data', types);

describe('parseLammpsData, elements', () => {
  const rows = '1 1 1 2 3\n2 2 4 5 6';
  it.each([
    ['the masses', MASSES, ['O', 'Si']],
    ['the comments of masses', 'Masses\n\n1 12.5 # Ge\n2 28.0855 # Si (silicon)', ['Ge', 'Si']],
    ['masses whose comments are no symbols', 'Masses\n\n1 15.9994 # oxygen\n2 28.0855 # Si4+', ['O', 'Si']],
    ['labels', 'Atom Type Labels\n\n1 O\n2 Si\n\nMasses\n\nO 1.0\nSi 1.0', ['O', 'Si']],
  ])('are told by %s', (_, masses, species) => {
    expect(read(file(rows, { masses })).species).toEqual(species);
  });

  it('are told by labels in the rows of Atoms', () => {
    const labels = 'Atom Type Labels\n\n1 T1\n2 T2\n\nMasses\n\nT1 15.999\nT2 28.085';
    const labelled = file('1 T1 1 2 3\n2 T2 4 5 6', { masses: labels });
    expect(read(labelled).species).toEqual(['O', 'Si']);
    expect(read(labelled, ['Ge', 'C']).species).toEqual(['Ge', 'C']);
  });

  it('are those of the option types before any other', () => {
    expect(read(file(rows, { masses: '' }), ['Si', 'C']).species).toEqual(['Si', 'C']);
    expect(read(file(rows), ['Si', 'C']).species).toEqual(['Si', 'C']);
  });

  it.each([
    ['no masses', '', 'x.data:14: found atom type 1 without a mass'],
    [
      'masses of reduced units',
      'Masses\n\n1 1.0\n2 1.0',
      'x.data:12: found mass 1 of atom type 1, which names no element',
    ],
    ['a mass that no element has', 'Masses\n\n1 15.999\n2 333', 'x.data:13: found mass 333 of atom type 2'],
    [
      'a comment that the mass belies',
      'Masses\n\n1 28.085 # O\n2 28.085 # Si',
      'found mass 28.085, of Si, with the name O',
    ],
    [
      'a label that contradicts the mass',
      'Atom Type Labels\n\n1 A\n2 B\n\nMasses\n\n1 15.999\n2 28.085',
      'of Si, with the name B',
    ],
  ])('are refused with %s, with the remedy', (_, masses, message) => {
    expect(() => read(file(rows, { masses }))).toThrow(message);
    expect(() => read(file(rows, { masses }))).toThrow('the option types (--types Si,O');
  });
});

describe('parseLammpsData, atoms', () => {
  const POSITIONS = Float64Array.of(1, 2, 3, 4, 5, 6);
  const CHARGE = Float64Array.of(-1.2, 2.4);
  it.each([
    ['atomic', 'Atoms # atomic', '1 1 1 2 3\n2 2 4 5 6', undefined],
    ['atomic, with image flags', 'Atoms', '1 1 1 2 3 0 0 -1\n2 2 4 5 6 1 0 0', undefined],
    ['charge', 'Atoms # charge', '1 1 -1.2 1 2 3\n2 2 2.4 4 5 6', CHARGE],
    ['charge without its name', 'Atoms', '1 1 -1.2 1 2 3\n2 2 2.4 4 5 6', CHARGE],
    ['charge, with image flags', 'Atoms  # charge', '1 1 -1.2 1 2 3 0 0 0\n2 2 2.4 4 5 6 0 0 0', CHARGE],
    ['molecular', 'Atoms # molecular', '1 7 1 1 2 3\n2 7 2 4 5 6', undefined],
    ['full', 'Atoms # full', '1 7 1 -1.2 1 2 3\n2 7 2 2.4 4 5 6', CHARGE],
    ['full without its name', 'Atoms', '1 7 1 -1.2 1 2 3\n2 7 2 2.4 4 5 6', CHARGE],
    ['full, with image flags', 'Atoms #full', '1 7 1 -1.2 1 2 3 0 0 0\n2 7 2 2.4 4 5 6 0 0 0', CHARGE],
    ['full by name, whose rows have only id, type, x, y, z', 'Atoms # full', '1 1 1 2 3\n2 2 4 5 6', undefined],
    [
      'full by name, of id, type, x, y, z and image flags',
      'Atoms # full',
      '1 1 1 2 3 0 0 0\n2 2 4 5 6 0 0 0',
      undefined,
    ],
    ['ids not in order', 'Atoms', '20 2 4 5 6\n3 1 1 2 3', undefined],
    ['comments and Windows line ends', 'Atoms', '1 1 1 2 3 # first\r\n\r\n2 2 4 5 6\r', undefined],
  ])('are read of style %s', (_, title, rows, charge) => {
    const s = read(file(rows, { title }));
    expect(s.species).toEqual(['O', 'Si']);
    expect(s.positions).toEqual(POSITIONS);
    expect(s.arrays.charge?.values).toEqual(charge);
  });

  it('stay where they are, outside the box too, and other sections are passed over', () => {
    const s = read(
      `${file('1 1 -1 2 3\n2 2 4 5 60')}\nVelocities\n\n1 0 0 0\n2 0 0 0\n\nPair Coeffs # lj/cut\n\n1 1 1\n`,
    );
    expect(Array.from(s.positions)).toEqual([-1, 2, 3, 4, 5, 60]);
  });

  it.each([
    ['fewer rows than atoms', file('1 1 1 2 3'), 'found 1 rows in the section Atoms, expected as many as the header'],
    ['an id twice', file('1 1 1 2 3\n1 2 4 5 6'), 'x.data:18: found a second atom of id 1'],
    ['rows of different length', file('1 1 1 2 3\n2 2 4 5 6 0 0 0'), 'x.data:18: found 8 columns'],
    ['a word for a coordinate', file('1 1 1 2 3\n2 2 4 five 6'), "x.data:18: found 'five'"],
    [
      'a style that leaves a choice',
      file('1 1 1 1 2 3\n2 2 2 4 5 6'),
      'x.data:17: found 6 columns, expected a style named',
    ],
    ['another style', file('1 1 2 1 1 2 3\n2 2 2 1 4 5 6', { title: 'Atoms # sphere' }), '7 columns of style sphere'],
    ['no box', file('1 1 1 2 3\n2 2 4 5 6', { box: '' }), 'found a header without a box'],
  ])('are refused with %s', (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('parseLammpsData, box', () => {
  const rows = '1 1 1 2 3\n2 2 4 5 6';
  it('that does not begin at 0 has the same size; its corner is kept', () => {
    const s = read(file(rows, { box: '-5 5 xlo xhi\n1 12 ylo yhi\n0 12 zlo zhi' }));
    expect(Array.from(s.lattice)).toEqual([10, 0, 0, 0, 11, 0, 0, 0, 12]);
    expect(s.info).toEqual({ Origin: [-5, 1, 0] });
  });

  it('may be tilted', () => {
    const s = read(file(rows, { box: `${BOX}\n1 -2 3 xy xz yz` }));
    expect(Array.from(s.lattice)).toEqual([10, 0, 0, 1, 11, 0, -2, 3, 12]);
  });

  it('may be given by any three vectors', () => {
    const box = '1 2 3 avec\n0 5 1 bvec\n0 0 7 cvec\n1 1 1 abc origin';
    const s = read(file(rows, { box }));
    expect(Array.from(s.lattice)).toEqual([1, 2, 3, 0, 5, 1, 0, 0, 7]);
    expect(s.info).toEqual({ Origin: [1, 1, 1] });
  });
});

describe('formatLammpsData', () => {
  it('is undone by parseLammpsData to the last bit', () => {
    fc.assert(
      fc.property(anyCrystal, (crystal) => {
        expect(read(formatLammpsData(crystal))).toEqual(crystal);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('turns a cell that is not lower triangular with its atoms, so that distances stay', () => {
    const crystal = {
      ...fc.sample(anyCrystal, { seed: 4, numRuns: 1 })[0],
      lattice: Float64Array.of(0, 5, 1, 6, 0, 0, 1, 1, 7),
    };
    expect(() => formatLammpsData(crystal)).toThrow('a right-handed cell');
    crystal.lattice = Float64Array.of(6, 0, 1, 0.5, 5, 1, 1, 1, 7);
    const [before, after] = [crystal, read(formatLammpsData(crystal))].map((s) => neighborList(s, 6));
    expect(after.offsets).toEqual(before.offsets);
    const sorted = [before, after].map(({ distances }) => Array.from(distances).sort((a, b) => a - b));
    sorted[0].forEach((distance, k) => {
      expect(sorted[1][k]).toBeCloseTo(distance, 9);
    });
  });
});
