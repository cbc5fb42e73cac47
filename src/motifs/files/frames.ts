import { InputError } from '../../core/errors';
import { atomCount, type InfoValue, type Structure } from '../../structures/structure';
import type { Motifs } from '../types';
import { type MotifRow, motifsOfRows, provenanceOf, rowsOf } from './rows';

/**
 * One frame of extended XYZ a motif, of all or a range: the central atom, then its neighbors, in free space.
 *
 * Column `atom` is each atom's index in its cell. The comment line has `motif`, the number that marks a frame as a
 * motif; `cell`, the cell's name; and the properties; that of the first frame the provenance. Made motifs have no
 * `cell` and the index -1.
 */
export function motifFrames(motifs: Motifs, from: number = 0, to: number = motifs.length): Structure[] {
  return rowsOf(motifs, from, to).map(({ cell, atoms, species, positions, properties }, k) => ({
    lattice: new Float64Array(9),
    pbc: [false, false, false],
    species: [...species],
    positions: Float64Array.of(0, 0, 0, ...positions),
    info: {
      motif: from + k,
      ...(from + k === 0 && motifs.provenance && { provenance: JSON.stringify(motifs.provenance) }),
      ...(cell !== undefined && { cell }),
      ...(properties as Record<string, InfoValue>),
    },
    arrays: { atom: { kind: 'integer', columns: 1, values: Int32Array.from(atoms) } },
  }));
}

/** Whether a frame is a motif, as {@link motifFrames} writes them, and no cell. */
export function isMotifFrame(frame: Structure): boolean {
  return typeof frame.info.motif === 'number';
}

/**
 * The motifs of frames that {@link motifFrames} made, also if another program has rewritten them.
 *
 * @throws InputError naming the frame that is no motif or has another number of atoms than the first
 */
export function motifsOfFrames(frames: readonly Structure[], source: string): Motifs {
  const n = atomCount(frames[0]) - 1;
  frames.forEach((frame, k) => {
    const place = `${source}, frame ${k}`;
    if (!isMotifFrame(frame)) throw new InputError(place, 'no motif', "an entry 'motif' in each frame");
    if (atomCount(frame) !== n + 1 || n < 1) {
      throw new InputError(place, `${atomCount(frame)} atoms`, `${Math.max(n, 1)} neighbors and the central atom`);
    }
  });
  return { ...motifsOfRows(n, rowsOfFrames(frames), source), provenance: provenanceOf(frames[0].info.provenance) };
}

function* rowsOfFrames(frames: readonly Structure[]): Generator<MotifRow> {
  for (const frame of frames) yield rowOf(frame);
}

function rowOf({ species, positions, info: { motif, cell, ...properties }, arrays: { atom } }: Structure): MotifRow {
  return {
    ...(cell !== undefined && { cell: String(cell) }),
    atoms: atom?.kind === 'integer' && atom.columns === 1 ? Array.from(atom.values) : species.map(() => -1),
    species,
    positions: Array.from(positions.subarray(3), (x, k) => x - positions[k % 3]),
    properties,
  };
}
