import { InputError } from '../core/errors';
import { indicesOf, symbolsOf } from '../motifs/select';
import type { Motifs, Property } from '../motifs/types';
import type { InfoValue, Structure } from '../structures/structure';
import { atomCount } from '../structures/structure';
import { fieldsOf } from './motifSet';

/**
 * One extended-XYZ frame a motif: the central atom, then its neighbors, in free space.
 *
 * Column `atom` is each atom's index in its cell. The comment line has `motif`, the number that marks a frame as a
 * motif; `cell`, the cell's name; and the properties. Made motifs have no `cell` and the index -1.
 */
export function motifFrames(set: Motifs): Structure[] {
  return Array.from({ length: set.length }, (_, m) => motifFrame(set, m));
}

function motifFrame(set: Motifs, m: number): Structure {
  const { n: count } = set;
  const info: Record<string, InfoValue> = { motif: m };
  if (set.structures[m] >= 0) info.cell = set.names[set.structures[m]];
  for (const [name, { columns, values }] of Object.entries(set.properties)) {
    const own = Array.from(values.subarray(columns * m, columns * (m + 1)));
    info[name] = columns === 1 ? own[0] : own;
  }
  const positions = new Float64Array(3 * (count + 1));
  positions.set(set.positions.subarray(3 * count * m, 3 * count * (m + 1)), 3);
  return {
    lattice: new Float64Array(9),
    pbc: [false, false, false],
    species: symbolsOf(set, m),
    positions,
    info,
    arrays: { atom: { kind: 'integer', columns: 1, values: Int32Array.from(indicesOf(set, m)) } },
  };
}

/** Whether a frame is a motif, as {@link motifFrames} writes them, and no cell. */
export function isMotifFrame(frame: Structure): boolean {
  return typeof frame.info.motif === 'number';
}

/**
 * The motif set of frames that {@link motifFrames} made, also if another program has rewritten them.
 *
 * @throws InputError naming the frame that is no motif or has another number of atoms than the first
 */
export function motifsOfFrames(frames: Structure[], source: string): Motifs {
  const count = atomCount(frames[0]) - 1;
  frames.forEach((frame, k) => {
    const place = `${source}, frame ${k}`;
    if (!isMotifFrame(frame)) throw new InputError(place, 'no motif', "an entry 'motif' in each frame");
    if (atomCount(frame) !== count + 1 || count < 1) {
      throw new InputError(place, `${atomCount(frame)} atoms`, `${Math.max(count, 1)} neighbors and the central atom`);
    }
  });
  return {
    n: count,
    length: frames.length,
    positions: Float64Array.from(frames.flatMap((frame) => Array.from(neighborPositions(frame)))),
    properties: propertiesOf(frames),
    ...fieldsOf(
      frames.map((frame) => ({
        symbols: frame.species,
        indices: sourceAtoms(frame),
        name: frame.info.cell === undefined ? undefined : String(frame.info.cell),
      })),
    ),
  };
}

/** Positions of all atoms but the first, relative to it, Å. */
export function neighborPositions({ positions }: Structure): Float64Array {
  return Float64Array.from(positions.subarray(3), (x, k) => x - positions[k % 3]);
}

function sourceAtoms(frame: Structure): number[] {
  const { atom } = frame.arrays;
  if (atom?.kind !== 'integer' || atom.columns !== 1) return frame.species.map(() => -1);
  return Array.from(atom.values);
}

/** Entries that are numbers, as many in every frame. */
function propertiesOf(frames: Structure[]): Record<string, Property> {
  const properties: Record<string, Property> = {};
  for (const name of Object.keys(frames[0].info)) {
    if (name === 'motif' || name === 'cell') continue;
    const rows = frames.map((frame) => [frame.info[name]].flat() as InfoValue[]);
    const columns = rows[0].length;
    if (!rows.every((row) => row.length === columns && row.every((value) => typeof value === 'number'))) continue;
    properties[name] = { columns, values: Float64Array.from(rows.flat() as number[]) };
  }
  return properties;
}
