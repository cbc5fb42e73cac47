import { InputError } from '../core/errors';
import { atomicWeight, ELEMENTS, elementSymbol } from '../core/periodicTable';
import { determinant, inverse, times } from './lattice';
import type { Structure } from './structure';
import { TextLines } from './textLines';
import { elementOfMass, namedType, TYPES_REMEDY, type TypeNames } from './types';

/** Words before x of an atom's row, by style, and where the charge is. */
const STYLES: Record<string, { before: number; charge?: number }> = {
  atomic: { before: 2 },
  charge: { before: 3, charge: 2 },
  bond: { before: 3 },
  angle: { before: 3 },
  molecular: { before: 3 },
  full: { before: 4, charge: 3 },
};

/** Words of a line, comment aside, and its number from 0. */
interface Row {
  words: string[];
  comment: string;
  line: number;
}

/**
 * The structure of a LAMMPS data file (`read_data`), periodic along all cell vectors; lengths in Å.
 *
 * Elements are those of the option `types`, else of the section Atom Type Labels or the comments of the section Masses
 * where these are chemical symbols, else those of the masses. Atoms are ordered by id and stay where the file has them,
 * outside the box too; the box's lower corner, where it is not 0, is kept as `info.Origin`; charges are kept as the
 * array `charge`. The style of the section Atoms (atomic, charge, bond, angle, molecular or full) is recognized by its
 * comment and the number of columns, image flags among them or not.
 *
 * @throws InputError naming the line, or types whose element is unknown, with the remedy.
 */
export function parseLammpsData(text: string, source: string, types?: TypeNames): Structure {
  const file = new TextLines(text, source);
  const { header, sections } = sectionsOf(file);
  const { lattice, origin } = boxOf(file, header);
  const atoms = sections.get('Atoms') ?? { rows: [], style: '' };
  const rows = [...atoms.rows].sort((a, b) => Number(a.words[0]) - Number(b.words[0]));
  const count = Number(header.find(({ words }) => words[1] === 'atoms')?.words[0]);
  if (rows.length !== count || count === 0) {
    throw new InputError(source, `${rows.length} rows in the section Atoms`, `as many as the header's ${count} atoms`);
  }
  const twice = rows.find((row, k) => k > 0 && Number(row.words[0]) === Number(rows[k - 1].words[0]));
  if (twice) file.fail(twice.line, `a second atom of id ${twice.words[0]}`, 'each id once');
  const { before, charge } = styleOf(file, atoms.rows, atoms.style, typeCount(header));
  const elementOf = elementsOf(file, sections, types);
  // Most files have few types: each is named once.
  const names = new Map<string, string>();
  const typeAt = before === 2 || charge === 2 ? 1 : 2;
  const species = rows.map(({ words, line }) => {
    const type = words[typeAt];
    if (!names.has(type)) names.set(type, elementOf(type, line));
    return names.get(type) as string;
  });
  const numbers = (from: number, to: number): Float64Array =>
    Float64Array.from(rows.flatMap(({ words, line }) => file.numbers(words.slice(from, to), line)));
  return {
    lattice,
    pbc: [true, true, true],
    species,
    positions: numbers(before, before + 3),
    info: origin.some((x) => x !== 0) ? { Origin: origin } : {},
    arrays: charge === undefined ? {} : { charge: { kind: 'real', columns: 1, values: numbers(charge, charge + 1) } },
  };
}

/**
 * A structure as a LAMMPS data file of style atomic, masses with their elements; types are numbered in the order in
 * which elements occur. Cell vectors that are not lower triangular, as LAMMPS wants them, are turned with the atoms.
 *
 * @throws InputError for a structure that is not periodic along all cell vectors, or a left-handed cell.
 */
export function formatLammpsData(structure: Structure): string {
  const { pbc, species } = structure;
  if (!pbc.every(Boolean)) throw new InputError('structure', 'free directions', 'a periodic cell, for LAMMPS data');
  const { lattice, positions } = turned(structure);
  const elements = [...new Set(species)];
  const tilt = [lattice[3], lattice[6], lattice[7]];
  const lines = [
    `${structure.info.name ?? 'glassy-motifs'}`.replace(/\s+/g, ' '),
    '',
    `${species.length} atoms`,
    `${elements.length} atom types`,
    ...['x', 'y', 'z'].map((axis, k) => `0 ${lattice[4 * k]} ${axis}lo ${axis}hi`),
    ...(tilt.some((x) => x !== 0) ? [`${tilt.join(' ')} xy xz yz`] : []),
    '\nMasses\n',
    ...elements.map((symbol, k) => `${k + 1} ${atomicWeight(symbol)} # ${symbol}`),
    '\nAtoms # atomic\n',
    ...species.map((symbol, i) => {
      return `${i + 1} ${elements.indexOf(symbol) + 1} ${Array.from(positions.subarray(3 * i, 3 * i + 3)).join(' ')}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same cell with a along x and b in the xy plane. */
function turned({ lattice, positions }: Structure): Pick<Structure, 'lattice' | 'positions'> {
  if (!(determinant(lattice) > 0))
    throw new InputError('lattice', Array.from(lattice).join(' '), 'a right-handed cell');
  const [a, b, c] = [0, 3, 6].map((k) => lattice.subarray(k, k + 3));
  const dot = (u: Float64Array, v: Float64Array): number => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  const isLower = a[1] === 0 && a[2] === 0 && b[2] === 0 && a[0] > 0 && b[1] > 0;
  if (isLower) return { lattice, positions };
  const x = Math.sqrt(dot(a, a));
  const [bx, cx] = [dot(a, b) / x, dot(a, c) / x];
  const y = Math.sqrt(dot(b, b) - bx * bx);
  const cy = (dot(b, c) - bx * cx) / y;
  const lower = Float64Array.of(x, 0, 0, bx, y, 0, cx, cy, Math.sqrt(dot(c, c) - cx * cx - cy * cy));
  return { lattice: lower, positions: times(times(positions, inverse(lattice)), lower) };
}

type Sections = Map<string, { rows: Row[]; style: string }>;

function sectionsOf(file: TextLines): { header: Row[]; sections: Sections } {
  const header: Row[] = [];
  const sections: Sections = new Map();
  let rows = header;
  // The first line is a title, whatever it says.
  for (let line = 1; line < file.lines.length; line++) {
    const [content, ...rest] = file.lines[line].split('#');
    const comment = rest.join('#').trim();
    const words = content.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) continue;
    const isTitle = words.every((word) => /^[A-Z]/.test(word));
    if (!isTitle) rows.push({ words, comment, line });
    else {
      rows = [];
      sections.set(words.join(' '), { rows, style: comment.split(/\s+/)[0].toLowerCase() });
    }
  }
  return { header, sections };
}

function typeCount(header: Row[]): number {
  return Number(header.find(({ words }) => words[1] === 'atom' && words[2] === 'types')?.words[0] ?? 0);
}

/** Cell vectors, and the corner of the box. */
function boxOf(file: TextLines, header: Row[]): { lattice: Float64Array; origin: number[] } {
  const numbers = (end: string): number[] | undefined => {
    const row = header.find(({ words }) => words.join(' ').endsWith(end));
    return row && file.numbers(row.words.slice(0, row.words.length - end.trim().split(' ').length), row.line);
  };
  const general = ['avec', 'bvec', 'cvec'].map((name) => numbers(` ${name}`));
  const bounds = ['x', 'y', 'z'].map((axis) => numbers(` ${axis}lo ${axis}hi`));
  const [xy, xz, yz] = numbers(' xy xz yz') ?? [0, 0, 0];
  const isGeneral = general.every((vector) => vector?.length === 3);
  if (!isGeneral && !bounds.every((bound) => bound?.length === 2)) {
    file.fail(0, 'a header without a box', 'lines xlo xhi, ylo yhi and zlo zhi');
  }
  if (isGeneral) {
    return { lattice: Float64Array.from(general.flat() as number[]), origin: numbers(' abc origin') ?? [0, 0, 0] };
  }
  const [x, y, z] = (bounds as number[][]).map(([low, high]) => high - low);
  return { lattice: Float64Array.of(x, 0, 0, xy, y, 0, xz, yz, z), origin: (bounds as number[][]).map(([low]) => low) };
}

/** The layout of rows, by their number of columns; the style that the file names decides where that leaves a choice. */
function styleOf(file: TextLines, rows: Row[], named: string, types: number): { before: number; charge?: number } {
  const [{ words, line }] = rows;
  const wrong = rows.find((row) => row.words.length !== words.length);
  if (wrong) file.fail(wrong.line, `${wrong.words.length} columns`, `${words.length}, as in the first row of Atoms`);
  // Three image flags may follow.
  const fits = (before: number): boolean => [before + 3, before + 6].includes(words.length);
  if (fits(2)) return STYLES.atomic;
  const style = STYLES[named];
  if (style && fits(style.before)) return style;
  const expected = 'a style named in the title of Atoms: atomic, charge, bond, angle, molecular or full';
  const known = style !== undefined || named === '';
  // A molecule's id comes before the type: then the third word of every row is a type.
  const isType = ({ words: [, , type] }: Row): boolean => /^[1-9]\d*$/.test(type) && Number(type) <= types;
  if (known && fits(4) && rows.every(isType)) return STYLES.full;
  if (known && fits(3) && !rows.every(isType)) return STYLES.charge;
  return file.fail(line, `${words.length} columns${named === '' ? '' : ` of style ${named}`}`, expected);
}

/** What names the element of a type. */
function elementsOf(file: TextLines, sections: Sections, types?: TypeNames): (type: string, line: number) => string {
  const masses = sections.get('Masses')?.rows ?? [];
  const labels = sections.get('Atom Type Labels')?.rows ?? [];
  return (type, line) => {
    const [number, label] = labels.find(({ words }) => words.includes(type))?.words ?? [type];
    if (types) return namedType(number, types, file.place(line));
    const row = masses.find(({ words }) => words[0] === type || words[0] === label);
    const said = [label, row?.comment.split(/[\s,;]+/)[0]]
      .map((word) => elementSymbol(word ?? ''))
      .find((word) => ELEMENTS.includes(word));
    if (!row) return said ?? file.fail(line, `atom type ${type} without a mass`, TYPES_REMEDY);
    const mass = file.numbers([row.words[1] ?? ''], row.line)[0];
    const weighed = elementOfMass(mass);
    if (said === undefined) {
      return weighed ?? file.fail(row.line, `mass ${mass} of atom type ${type}, which names no element`, TYPES_REMEDY);
    }
    if (weighed !== undefined && weighed !== said) {
      file.fail(row.line, `mass ${mass}, of ${weighed}, with the name ${said}`, TYPES_REMEDY);
    }
    return said;
  };
}
