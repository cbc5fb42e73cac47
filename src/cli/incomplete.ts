import { InputError } from '../core/errors';
import type { InfillProblem } from '../generate/problem';
import type { InfillSolution } from '../generate/solution';
import type { Vae } from '../model/vae';
import { isMotifFrame, motifsOfFrames } from '../motifs/files/frames';
import { type MotifRow, motifsOfRows } from '../motifs/files/rows';
import { indicesOf, selectEnvironments, symbolsOf } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { type ExtractionOptions, extract, inputFiles, isMotifFile, readFrames, readInput } from './inputs';
import { motifOfAtom } from './motifReference';

/** A motif to complete, and where it is from. */
export interface Incomplete {
  problem: InfillProblem & { known: number[] };
  /** The one motif that the known atoms belong to. */
  motif: Motifs;
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
export async function readIncomplete(input: string, options: IncompleteOptions): Promise<Incomplete[]> {
  const files = inputFiles([input]);
  if (files.length !== 1) throw new InputError(input, `${files.length} files`, 'one');
  const motifs = await chosenMotifs(files[0], input, options);
  return motifs.map((motif, k) => ({ motif, problem: problemOf(motif, options, `${input}, motif ${k}`) }));
}

async function chosenMotifs(file: string, input: string, options: IncompleteOptions): Promise<Motifs[]> {
  if (isMotifFile(file)) {
    const content = await readInput(file, options);
    if (!('set' in content)) throw new Error('unreachable: JSON and Parquet hold no cells');
    return chosen(
      Array.from({ length: content.set.length }, (_, m) => selectEnvironments(content.set, [m])),
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
  const set = extract(frames.slice(0, 1), options);
  const atoms = options.atom ?? Array.from(set.atoms);
  const total = frames[0].species.length;
  return atoms.map((atom) => selectEnvironments(set, [motifOfAtom(set, total, atom, options, input)]));
}

function chosen(motifs: Motifs[], { atom }: IncompleteOptions, place: string): Motifs[] {
  if (!atom) return motifs;
  return atom.map((m) => {
    if (m >= motifs.length)
      throw new InputError('option --atom', `motif ${m}`, `one of the ${motifs.length} of ${place}`);
    return motifs[m];
  });
}

function problemOf(motif: Motifs, options: IncompleteOptions, place: string): Incomplete['problem'] {
  const { count } = options;
  const all = Array.from({ length: count }, (_, i) => i);
  for (const name of ['known', 'missing'] as const) {
    const wrong = options[name]?.find((i) => i >= count);
    if (wrong !== undefined) throw new InputError(`option --${name}`, `neighbor ${wrong}`, `0 to ${count - 1}`);
  }
  const { missing } = options;
  const known = options.known ?? (missing ? all.filter((i) => !missing.includes(i)) : all.slice(0, motif.n));
  if (motif.n > count) throw new InputError(place, `${motif.n} neighbors`, `the model's ${count} at most`);
  const absent = known.find((i) => i >= motif.n);
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
  { config: { atoms: n }, species: row }: Vae,
  species?: string,
): Motifs {
  const rows = solutions.flatMap((found, p) =>
    found.map((solution, rank): MotifRow => {
      const { known } = problems[p].problem;
      return {
        ...sourceOf(problems[p], n, (k) => species ?? row?.[k]),
        positions: Array.from(solution.positions),
        properties: {
          ...{ problem: p, rank: rank + 1, objective: solution.objective, known_rmsd: solution.knownRmsd },
          ...{ residual: solution.residual, restarts: solution.restarts, latent: Array.from(solution.latent) },
          known: Array.from({ length: n }, (_, i) => Number(known.includes(i))),
        },
      };
    }),
  );
  return motifsOfRows(n, rows, 'completions');
}

/** Atoms of a completion: the central and known ones of the motif asked about, and completed ones of no structure. */
function sourceOf(
  { motif, problem }: Incomplete,
  n: number,
  species: (k: number) => string | undefined,
): Pick<MotifRow, 'cell' | 'atoms' | 'species'> {
  const [symbols, indices] = [symbolsOf(motif, 0), indicesOf(motif, 0)];
  const given = (k: number): boolean => k === 0 || problem.known.includes(k - 1);
  const atoms = Array.from({ length: n + 1 }, (_, k) => k);
  return {
    ...(motif.structures[0] >= 0 && { cell: motif.names[motif.structures[0]] }),
    atoms: atoms.map((k) => (given(k) ? indices[k] : -1)),
    species: atoms.map((k) => (given(k) ? symbols[k] : (species(k) ?? symbols[0]))),
  };
}
