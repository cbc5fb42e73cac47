import { InvalidArgumentError } from 'commander';
import { InputError } from '../core/errors';
import type { TrainingData } from '../model/train';
import { selectStructures } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { type SplitIndices, splitCells } from '../structures/cells';
import type { Structure } from '../structures/structure';
import { indices } from './options';

/**
 * Divides a motif set by the cells its motifs come from: `auto` as `splitCells` does, or indices
 * train/validation/test (the last may be left out). What is for test is left out.
 *
 * @throws InputError if a motif comes from no cell, or the split is none
 */
export function splitMotifs(set: Motifs, split: string): Required<TrainingData> {
  if (set.structures.some((s) => s < 0)) {
    throw new InputError('option --split', 'motifs of no cell', 'motifs that were extracted from cells');
  }
  const cells = set.names.map(onlyName);
  const parts = splitCells(cells, split === 'auto' ? undefined : splitIndices(split));
  const part = (chosen: Structure[]): Motifs =>
    selectStructures(
      set,
      chosen.map((cell) => cells.indexOf(cell)),
    );
  const names = (chosen: Structure[]): string[] => chosen.map((cell) => String(cell.info.name));
  return {
    train: part(parts.train),
    validation: part(parts.validation),
    cells: { train: names(parts.train), validation: names(parts.validation) },
  };
}

function splitIndices(text: string): SplitIndices {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3) throw wrong(text);
  try {
    const [train, validation, test = []] = parts.map(indices);
    return { train, validation, test };
  } catch (error) {
    throw error instanceof InvalidArgumentError ? wrong(text) : error;
  }
}

function wrong(text: string): InputError {
  return new InputError('option --split', `'${text}'`, "'auto', or indices train/validation/test like 0-7/8/9");
}

/** A cell that is only a name: all that a split looks at. */
function onlyName(name: string): Structure {
  const lattice = new Float64Array(9);
  return {
    lattice,
    pbc: [false, false, false],
    species: [],
    positions: new Float64Array(0),
    info: { name },
    arrays: {},
  };
}
