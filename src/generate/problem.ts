import { InputError, requireFinite, requireInteger } from '../core/errors';

/** A motif of which some atoms are known. */
export interface InfillProblem {
  /** Which of the n neighbors are known: their indices, or a mask of n booleans. */
  known: ArrayLike<number> | readonly boolean[];
  /**
   * Positions of the known ones relative to the central atom, k×3 in the order of `known` (of a mask: ascending), Å.
   */
  positions: ArrayLike<number>;
}

/** An {@link InfillProblem} found to be in order. */
export interface CheckedProblem {
  /** Atoms in the motif, n. */
  n: number;
  /** Indices of the known atoms, ascending. */
  known: Int32Array;
  /** Indices of the others, ascending. */
  unknown: Int32Array;
  /** n×3, Å: the known positions in their rows, zero elsewhere. */
  positions: Float64Array;
}

/**
 * Checks a problem for motifs of n atoms.
 *
 * @throws InputError if a mask is not of n booleans, an index is out of range or twice there, no atom or every atom is
 *   known, or the positions do not fit or are not finite
 */
export function checkProblem(problem: InfillProblem, n: number, place = 'problem'): CheckedProblem {
  requireInteger(n, 'n', 1);
  for (const name of ['known', 'positions'] as const) {
    if (typeof problem?.[name] !== 'object') throw new InputError(`${place}.${name}`, 'nothing', 'a list');
  }
  const indices = knownIndices(problem.known, n, `${place}.known`);
  if (indices.length === 0) throw new InputError(`${place}.known`, 'no known atom', 'at least one');
  if (indices.length === n) throw new InputError(`${place}.known`, `all ${n} atoms`, 'at least one unknown atom');
  if (problem.positions.length !== 3 * indices.length) {
    const expected = `3 × ${indices.length} known atoms = ${3 * indices.length}`;
    throw new InputError(`${place}.positions length`, String(problem.positions.length), expected);
  }
  requireFinite(problem.positions, `${place}.positions`);
  const positions = new Float64Array(3 * n);
  const isKnown = new Uint8Array(n);
  indices.forEach((atom, k) => {
    isKnown[atom] = 1;
    for (let c = 0; c < 3; c++) positions[3 * atom + c] = problem.positions[3 * k + c];
  });
  const all = Array.from({ length: n }, (_, i) => i);
  const known = Int32Array.from(all.filter((i) => isKnown[i] === 1));
  const unknown = Int32Array.from(all.filter((i) => isKnown[i] === 0));
  return { n, known, unknown, positions };
}

function knownIndices(known: InfillProblem['known'], n: number, place: string): number[] {
  const entries: (number | boolean)[] = Array.from<number | boolean>(known);
  if (typeof entries[0] === 'boolean') {
    if (entries.length !== n) throw new InputError(`${place} length`, String(entries.length), `a mask of n = ${n}`);
    return entries.flatMap((flag, i) => (flag === true ? [i] : []));
  }
  const seen = new Set<number>();
  return entries.map((index, k) => {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= n || seen.has(index)) {
      throw new InputError(`${place}[${k}]`, String(index), `indices from 0 to ${n - 1}, each once`);
    }
    seen.add(index);
    return index;
  });
}
