import { InputError } from '../core/errors';
import type { InfillProblem } from '../generate/problem';
import type { InfillSolution } from '../generate/solution';
import { type ExtractionOptions, inputFiles, readFrames, readInput } from './inputs';
import { isMotifFrame, motifsOfFrames } from './motifFrames';
import { motifOfAtom } from './motifReference';
import { type MotifSet, madeMotifs, motifsOfCells, selectMotifs } from './motifSet';

/** A motif to complete, and where it is from. */
export interface Incomplete {
  problem: InfillProblem & { known: number[] };
  /** The one motif that the known atoms belong to. */
  motif: MotifSet;
}

/** Which motifs of a file are to be completed, and which of their neighbors are known. */
export interface IncompleteOptions extends ExtractionOptions {
  atom?: number[];
  known?: number[];
  missing?: number[];
}

/**
 * Infilling problems of a file: motifs of a set (which may have too few neighbors), or atoms of a cell.
 *
 * @throws InputError naming the option, motif or atom that is wrong
 */
export function readIncomplete(input: string, options: IncompleteOptions): Incomplete[] {
  const files = inputFiles([input]);
  if (files.length !== 1) throw new InputError(input, `${files.length} files`, 'one');
  const motifs = chosenMotifs(files[0], input, options);
  return motifs.map((motif, k) => ({ motif, problem: problemOf(motif, options, `${input}, motif ${k}`) }));
}

function chosenMotifs(file: string, input: string, options: IncompleteOptions): MotifSet[] {
  if (/\.json(\.gz)?$/i.test(file)) {
    const content = readInput(file, options);
    if (!('set' in content)) throw new Error('unreachable: JSON holds no cells');
    return chosen(
      Array.from({ length: content.set.length }, (_, m) => selectMotifs(content.set, [m])),
      options,
      input,
    );
  }
  const frames = readFrames(file, options);
  // One by one: of an incomplete set, motifs may lack different numbers of neighbors.
  if (frames.some(isMotifFrame))
    return chosen(
      frames.map((frame) => motifsOfFrames([frame], input)),
      options,
      input,
    );
  const set = motifsOfCells(frames.slice(0, 1), options);
  const atoms = options.atom ?? Array.from({ length: set.length }, (_, m) => set.atoms[m * (set.count + 1)]);
  const total = frames[0].species.length;
  return atoms.map((atom) => selectMotifs(set, [motifOfAtom(set, total, atom, options, input)]));
}

function chosen(motifs: MotifSet[], { atom }: IncompleteOptions, place: string): MotifSet[] {
  if (!atom) return motifs;
  return atom.map((m) => {
    if (m >= motifs.length)
      throw new InputError('option --atom', `motif ${m}`, `one of the ${motifs.length} of ${place}`);
    return motifs[m];
  });
}

function problemOf(motif: MotifSet, options: IncompleteOptions, place: string): Incomplete['problem'] {
  const { count } = options;
  const all = Array.from({ length: count }, (_, i) => i);
  for (const name of ['known', 'missing'] as const) {
    const wrong = options[name]?.find((i) => i >= count);
    if (wrong !== undefined) throw new InputError(`option --${name}`, `neighbor ${wrong}`, `0 to ${count - 1}`);
  }
  const { missing } = options;
  const known = options.known ?? (missing ? all.filter((i) => !missing.includes(i)) : all.slice(0, motif.count));
  if (motif.count > count) throw new InputError(place, `${motif.count} neighbors`, `the model's ${count} at most`);
  const absent = known.find((i) => i >= motif.count);
  if (absent !== undefined) throw new InputError(place, `no neighbor ${absent}`, 'every known neighbor');
  if (known.length === 0 || known.length === count) {
    const found = known.length === 0 ? 'no known neighbor' : 'every neighbor known';
    throw new InputError(place, found, '--known or --missing with some of the neighbors');
  }
  const sorted = [...new Set(known)].sort((a, b) => a - b);
  return { known: sorted, positions: sorted.flatMap((i) => Array.from(motif.positions.subarray(3 * i, 3 * i + 3))) };
}

/** Completions as a motif set, those of one motif after those of another, each best first. */
export function completions(
  problems: Incomplete[],
  solutions: InfillSolution[][],
  count: number,
  species?: string,
): MotifSet {
  const rows = solutions.flatMap((found, p) => found.map((solution, rank) => ({ solution, rank, p })));
  const column = (value: (row: (typeof rows)[number]) => number) => ({
    columns: 1,
    values: Float64Array.from(rows, value),
  });
  const positions = Float64Array.from(rows.flatMap(({ solution }) => Array.from(solution.positions)));
  const known = rows.flatMap(({ p }) =>
    Array.from({ length: count }, (_, i) => (problems[p].problem.known.includes(i) ? 1 : 0)),
  );
  const set = madeMotifs({ count, length: rows.length, positions }, species ?? 'X', {
    problem: column(({ p }) => p),
    rank: column(({ rank }) => rank + 1),
    objective: column(({ solution }) => solution.objective),
    known_rmsd: column(({ solution }) => solution.knownRmsd),
    residual: column(({ solution }) => solution.residual),
    restarts: column(({ solution }) => solution.restarts),
    latent: {
      columns: rows[0].solution.latent.length,
      values: Float64Array.from(rows.flatMap(({ solution }) => Array.from(solution.latent))),
    },
    known: { columns: count, values: Float64Array.from(known) },
  });
  rows.forEach(({ p }, m) => {
    nameSource(set, m, problems[p], species);
  });
  return set;
}

/** Gives the central and known atoms of motif m their cell, index and species; completed ones have the center's species. */
function nameSource(set: MotifSet, m: number, { motif, problem }: Incomplete, species?: string): void {
  const row = m * (set.count + 1);
  if (motif.structures[0] >= 0) {
    const name = motif.cells[motif.structures[0]];
    if (!set.cells.includes(name)) set.cells.push(name);
    set.structures[m] = set.cells.indexOf(name);
  }
  set.species.fill(species ?? motif.species[0], row, row + set.count + 1);
  for (const k of [0, ...problem.known.map((i) => i + 1)]) {
    set.species[row + k] = motif.species[k];
    set.atoms[row + k] = motif.atoms[k];
  }
}
