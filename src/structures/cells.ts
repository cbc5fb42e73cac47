import { InputError, requireKnownOptions } from '../core/errors';
import { cellFiles } from './cellFiles';
import { readStructures } from './readStructures';
import type { Structure } from './structure';

/** The cells that come with the package, by `info.name`, and how many of them are for validation and test. */
const SUPPLIED: readonly string[] = Array.from({ length: 32 }, (_, k) => `a-Si-${String(k + 1).padStart(2, '0')}`);
const SUPPLIED_HELD = { validation: 4, test: 8 };

/** Structures divided for learning. Whole cells: environments of one cell share atoms. */
export interface CellSplit {
  train: Structure[];
  validation: Structure[];
  test: Structure[];
}

/** Which structures go where, by index. Those not named are left out. */
export interface SplitIndices {
  train: number[];
  validation: number[];
  test: number[];
}

/**
 * Structures of files, folders or patterns, as {@link readStructures} reads them; by default of {@link cellFiles}.
 *
 * @throws InputError as {@link readStructures}.
 */
export function readCells(patterns?: string | string[]): Structure[] {
  return readStructures(patterns ?? cellFiles());
}

/**
 * Divides cells for training, validation and test.
 *
 * The 32 supplied cells: 01–20, 21–24, 25–32, in whatever order they come. Other cells, by order: the last tenth (at
 * least one) is for test, the tenth before it (at least one) for validation, the rest for training. Or by index.
 *
 * @throws InputError if there are fewer than three cells, or an index is out of range or in two parts.
 */
export function splitCells(structures: Structure[], indices: SplitIndices = defaultSplit(structures)): CellSplit {
  const taken = new Set<number>();
  const parts = ['train', 'validation', 'test'] as const;
  requireKnownOptions(indices, parts);
  const pick = (part: keyof SplitIndices): Structure[] => {
    if (!Array.isArray(indices[part])) throw new InputError(`option ${part}`, typeof indices[part], 'cell indices');
    return indices[part].map((k) => {
      if (!Number.isInteger(k) || k < 0 || k >= structures.length) {
        throw new InputError(`option ${part}`, `index ${k}`, `an integer from 0 to ${structures.length - 1}`);
      }
      if (taken.has(k)) throw new InputError(`option ${part}`, `cell ${k} a second time`, 'each cell in one part only');
      taken.add(k);
      return structures[k];
    });
  };
  return { train: pick('train'), validation: pick('validation'), test: pick('test') };
}

function defaultSplit(structures: Structure[]): SplitIndices {
  const count = structures.length;
  if (count < 3) throw new InputError('cells', `${count}`, 'at least 3, for training, validation and test');
  const names = structures.map((s) => s.info.name);
  const supplied = SUPPLIED.map((name) => names.indexOf(name));
  const isSupplied = count === SUPPLIED.length && !supplied.includes(-1);
  const order = isSupplied ? supplied : structures.map((_, k) => k);
  const tenth = Math.max(1, Math.floor(count / 10));
  const { validation, test } = isSupplied ? SUPPLIED_HELD : { validation: tenth, test: tenth };
  const train = count - validation - test;
  return {
    train: order.slice(0, train),
    validation: order.slice(train, train + validation),
    test: order.slice(train + validation),
  };
}
