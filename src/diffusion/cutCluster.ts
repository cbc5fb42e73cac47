import { InputError, requireInteger } from '../core/errors';
import { atomCount, type Structure } from '../structures';
import { type NeighborFinder, neighborFinder } from '../structures/neighborFinder';

/** Cuts clusters from one structure, which must stay as it is: an atom and its nearest neighbors. */
export type ClusterCutter = (center: number, neighbors: number) => Structure;

/**
 * An atom and its nearest neighbors alone in space: the center first, at the origin, then by distance.
 *
 * Neighbors are periodic images too, those of the center included.
 *
 * @throws InputError if there is no such atom, or a structure that is not periodic has too few
 */
export function cutCluster(structure: Structure, center: number, neighbors: number): Structure {
  return clusterCutter(structure)(center, neighbors);
}

/** {@link cutCluster} of many clusters of one structure, whose atoms are sorted once. */
export function clusterCutter(structure: Structure): ClusterCutter {
  const finders = new Map<number, NeighborFinder>();
  return (center, neighbors) => {
    requireCut(structure, center, neighbors);
    const point = structure.positions.slice(3 * center, 3 * center + 3);
    for (let cutoff = 4; ; cutoff *= 1.25) {
      const find = finders.get(cutoff) ?? neighborFinder(structure, cutoff);
      finders.set(cutoff, find);
      const found = find(point);
      if (found.indices.length > neighbors) return clusterOf(structure, center, neighbors, found);
    }
  };
}

function requireCut(structure: Structure, center: number, neighbors: number): void {
  requireInteger(neighbors, 'option neighbors', 1);
  requireInteger(center, 'center');
  const others = atomCount(structure) - 1;
  if (center > others) throw new InputError('center', `${center}`, `an atom from 0 to ${others}`);
  if (!structure.pbc.some(Boolean) && others < neighbors) {
    throw new InputError(`atom ${center}`, `${others} neighbors`, `at least ${neighbors}`);
  }
}

function clusterOf(
  structure: Structure,
  center: number,
  neighbors: number,
  { indices, vectors }: Pick<ReturnType<NeighborFinder>, 'indices' | 'vectors'>,
): Structure {
  const squares = Array.from(indices, (_, e) => {
    const [x, y, z] = vectors.subarray(3 * e, 3 * e + 3);
    return x * x + y * y + z * z;
  });
  const itself = squares.findIndex((square, e) => square === 0 && indices[e] === center);
  const others = Array.from(indices.keys()).filter((e) => e !== itself);
  const order = others.sort((a, b) => squares[a] - squares[b] || a - b).slice(0, neighbors);
  return {
    lattice: new Float64Array(9),
    pbc: [false, false, false],
    species: [center, ...order.map((e) => indices[e])].map((i) => structure.species[i]),
    positions: Float64Array.from([0, 0, 0, ...order.flatMap((e) => Array.from(vectors.subarray(3 * e, 3 * e + 3)))]),
    info: {},
    arrays: {},
  };
}

/** Cutters of cells that are trained on, which stay as they are: sorting their atoms each time would take longer. */
const kept: WeakMap<Structure, ClusterCutter> = new WeakMap();

/** The cutter of a structure that stays as it is, made when it is first asked for. */
export function keptCutter(cell: Structure): ClusterCutter {
  const cutter = kept.get(cell) ?? clusterCutter(cell);
  kept.set(cell, cutter);
  return cutter;
}
