import { InputError } from '../core/errors';
import { ELEMENTS, elementSymbol } from '../core/periodicTable';
import { determinant, inverse, times } from './lattice';
import type { Structure } from './structure';
import { TextLines } from './textLines';
import { TYPES_REMEDY, type TypeNames } from './types';

/**
 * The structure of a POSCAR or CONTCAR file of VASP: scale (a factor, three factors, or below 0 the volume), cell
 * vectors, elements, and Direct or Cartesian positions. Atoms outside the cell stay there; flags of selective
 * dynamics and velocities are passed over.
 *
 * @param types Elements of the groups of atoms, for files of VASP 4, which do not say them.
 * @throws InputError naming the line.
 */
export function parsePoscar(text: string, source: string, types?: TypeNames): Structure {
  const file = new TextLines(text, source);
  const rows = [2, 3, 4].flatMap((k) => triplet(file, k));
  const scale = scaleOf(file, Float64Array.from(rows));
  const lattice = Float64Array.from(rows, (x, k) => x * scale[k % 3]);
  const named = file.words(5).some((word) => !/^\d+$/.test(word));
  let at = named ? 6 : 5;
  const counts = file.words(at);
  if (counts.length === 0 || !counts.every((word) => /^\d+$/.test(word))) {
    file.fail(at, `'${file.lines[at]}'`, 'the number of atoms of each element');
  }
  const total = counts.reduce((sum, count) => sum + Number(count), 0);
  if (total > file.lines.length) file.fail(at, `${total} atoms`, `at most the ${file.lines.length} lines of the file`);
  const symbols = named ? elementsOf(file, counts.length) : Object.values(types ?? {});
  if (symbols.length !== counts.length) {
    const found = types
      ? `${counts.length} groups of atoms for ${symbols.length} types`
      : 'no line of elements (VASP 4)';
    file.fail(5, found, TYPES_REMEDY);
  }
  const species = counts.flatMap((count, k) => new Array<string>(Number(count)).fill(symbols[k]));
  at += /^\s*s/i.test(file.lines[at + 1] ?? '') ? 2 : 1;
  const mode = file.words(at).join(' ');
  if (!/^[dck]/i.test(mode)) file.fail(at, `'${mode}'`, 'Direct or Cartesian');
  const given = Float64Array.from(species.flatMap((_, i) => triplet(file, at + 1 + i)));
  const positions = /^d/i.test(mode) ? times(given, lattice) : given.map((x, k) => x * scale[k % 3]);
  const comment = file.lines[0].trim();
  const info: Structure['info'] = comment === '' ? {} : { comment };
  return { lattice, pbc: [true, true, true], species, positions, info, arrays: {} };
}

/**
 * A structure as a POSCAR file, positions Direct; atoms are ordered by element, as the format wants it.
 *
 * @throws InputError for a structure that is not periodic along all cell vectors.
 */
export function formatPoscar({ lattice, pbc, species, positions, info }: Structure): string {
  if (!pbc.every(Boolean)) throw new InputError('structure', 'free directions', 'a periodic cell, for POSCAR');
  const elements = [...new Set(species)];
  const groups = elements.map((symbol) => species.flatMap((other, i) => (other === symbol ? [i] : [])));
  const direct = times(positions, inverse(lattice));
  const row = (values: Float64Array, k: number): string => Array.from(values.subarray(3 * k, 3 * k + 3)).join(' ');
  const head = [String(info.name ?? info.comment ?? elements.join(' ')).replace(/\s+/g, ' '), '1.0'];
  const cell = [0, 1, 2].map((k) => row(lattice, k));
  const kinds = [elements.join(' '), groups.map((group) => group.length).join(' '), 'Direct'];
  return `${[...head, ...cell, ...kinds, ...groups.flat().map((i) => row(direct, i))].join('\n')}\n`;
}

function triplet(file: TextLines, k: number): number[] {
  const words = file.words(k);
  if (words.length < 3) file.fail(k, `'${file.lines[k]}'`, 'three numbers');
  return file.numbers(words.slice(0, 3), k);
}

/** Factors of x, y and z. */
function scaleOf(file: TextLines, cell: Float64Array): number[] {
  const words = file.words(1);
  const factors = file.numbers(words.length < 3 ? words.slice(0, 1) : words.slice(0, 3), 1);
  if (factors.length === 0 || factors.includes(0)) file.fail(1, `'${file.lines[1] ?? ''}'`, 'a scale other than 0');
  if (factors.length === 3) return factors;
  const scale = factors[0] > 0 ? factors[0] : Math.cbrt(-factors[0] / Math.abs(determinant(cell)));
  return [scale, scale, scale];
}

/** Elements of the sixth line; potentials like `Si_d` and hashes like `Si/1234` are cut off. */
function elementsOf(file: TextLines, count: number): string[] {
  const symbols = file.words(5).map((word) => elementSymbol(word.replace(/[_/].*$/, '')));
  const wrong = symbols.find((symbol) => !ELEMENTS.includes(symbol));
  if (wrong !== undefined) file.fail(5, `'${wrong}'`, 'a chemical symbol');
  if (symbols.length !== count) file.fail(6, `${count} counts`, `one for each of ${symbols.length} elements`);
  return symbols;
}
