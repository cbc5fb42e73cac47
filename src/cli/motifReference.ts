import { InputError } from '../core/errors';
import type { Rng } from '../core/random';
import { selectEnvironments } from '../motifs/select';
import type { Motifs } from '../motifs/types';
import { type ExtractionOptions, extract, inputFiles, readInput } from './inputs';
import { STANDARD } from './terminal';

/**
 * The one motif that a reference names: `file:index` of a motif set, `file:atom` (of the first frame) or
 * `file:frame:atom` of cells; of a file alone, one that `rng` draws.
 *
 * @throws InputError naming the reference
 */
export async function readMotif(reference: string, options: ExtractionOptions, rng: Rng): Promise<Motifs> {
  const [, name, first, second] = /^(.+?)(?::(\d+))?(?::(\d+))?$/.exec(reference) ?? [];
  if (name === undefined) throw new InputError('motif', `'${reference}'`, 'file:index');
  const files = inputFiles([name]);
  if (files.length !== 1) throw new InputError(reference, `${files.length} files`, 'one');
  const content = await readInput(files[0] === STANDARD ? STANDARD : name, options);
  if ('set' in content) {
    if (second !== undefined) throw new InputError(reference, 'a motif set', 'file:index');
    return selectEnvironments(content.set, [indexIn(content.set.length, first, reference, rng)]);
  }
  const frame = second === undefined ? 0 : Number(first);
  const cell = content.cells[frame];
  if (!cell) throw new InputError(reference, `${content.cells.length} frames`, 'the index of one of them');
  const set = extract([cell], options);
  const atom = second ?? first;
  if (atom === undefined) return selectEnvironments(set, [indexIn(set.length, undefined, reference, rng)]);
  return selectEnvironments(set, [motifOfAtom(set, cell.species.length, Number(atom), options, reference)]);
}

/** Index in a set from one cell of the motif around an atom. */
export function motifOfAtom(
  set: Motifs,
  atoms: number,
  atom: number,
  { cutoff, count }: ExtractionOptions,
  place: string,
): number {
  if (atom >= atoms) throw new InputError(place, `atom ${atom}`, `one from 0 to ${atoms - 1}`);
  const found = set.atoms.indexOf(atom);
  if (found >= 0) return found;
  throw new InputError(place, `fewer than ${count} neighbors of atom ${atom} within ${cutoff} Å`, `${count} of them`);
}

function indexIn(length: number, index: string | undefined, place: string, rng: Rng): number {
  if (length === 0) throw new InputError(place, 'no motif', 'at least one');
  if (index === undefined) return rng.integer(length);
  if (Number(index) >= length) throw new InputError(place, `index ${index}`, `one from 0 to ${length - 1}`);
  return Number(index);
}
