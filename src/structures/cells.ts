import { InputError, requireKnownOptions } from '../core/errors';
import { cellFiles } from './cellFiles';
import { readStructures } from './readStructures';
import type { Structure } from './structure';

/** The ten cells that come with the package, by `info.name`. */
const SUPPLIED: readonly string[] = Array.from({ length: 10 }, (_, k) => `a-Si-${String(k + 1).padStart(2, '0')}`);

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
 * The ten supplied cells: 01–08, 09, 10, in whatever order they come. Other cells, by order: the last tenth (at least
 * one) is for test, the tenth before it (at least one) for validation, the rest for training. Or by index.
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
  const order = count === SUPPLIED.length && !supplied.includes(-1) ? supplied : structures.map((_, k) => k);
  const held = Math.max(1, Math.floor(count / 10));
  return {
    train: order.slice(0, count - 2 * held),
    validation: order.slice(count - 2 * held, count - held),
    test: order.slice(count - held),
  };
}
