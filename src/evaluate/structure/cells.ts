import { requireInteger, requireKnownOptions, requirePositive } from '../../core';
import {
  atomCount,
  type BondOptions,
  bondedNeighbors,
  bondsOf,
  type NeighborList,
  neighborList,
  type Structure,
} from '../../structures';
import { periodicVolume } from '../../structures/density';
import { binCenters, binEdges } from '../statistics/histogram';
import { angleBetween, pointsUp } from './geometry';
import { listWithAtLeast, structureList } from './neighborhoods';

export { density } from '../../structures/density';

/** A radial distribution function in equal bins from 0. */
export interface RadialDistribution {
  /** Bin centers, Å. */
  distances: Float64Array;
  /** g(r) of each bin, no unit; 1 for uncorrelated atoms. */
  values: Float64Array;
  /** Running coordination number: mean number of neighbors closer than the bin's upper edge. */
  coordination: Float64Array;
}

/**
 * Radial distribution function g(r), averaged over structures.
 *
 * Ordered pairs i ≠ j (an atom's own periodic images included) in each shell, divided by N ρ (4π/3)(r₊³ − r₋³)
 * with ρ = N/V: the exact shell volume, and ρ rather than (N − 1)/V. Throws {@link InputError} if there is no
 * structure, or one is empty or not periodic along all three directions.
 */
export function radialDistribution(
  structures: Structure | Structure[],
  options: { cutoff?: number; bins?: number } = {},
): RadialDistribution {
  requireKnownOptions(options, ['cutoff', 'bins']);
  const cutoff = requirePositive(options.cutoff ?? 10, 'option cutoff');
  const bins = requireInteger(options.bins ?? 500, 'option bins', 1);
  const list = structureList(structures);
  const edges = binEdges(0, cutoff, bins);
  const values = new Float64Array(bins);
  const coordination = new Float64Array(bins);
  list.forEach((structure, s) => {
    const atoms = atomCount(structure);
    const density = atoms / periodicVolume(structure, `structure ${s}`);
    const counts = new Float64Array(bins);
    for (const r of neighborList(structure, cutoff).distances)
      counts[Math.min(bins - 1, Math.floor((r / cutoff) * bins))]++;
    let below = 0;
    for (let b = 0; b < bins; b++) {
      const shell = ((4 * Math.PI) / 3) * (edges[b + 1] ** 3 - edges[b] ** 3);
      values[b] += counts[b] / (atoms * density * shell * list.length);
      below += counts[b];
      coordination[b] += below / (atoms * list.length);
    }
  });
  return { distances: binCenters(edges), values, coordination };
}

/** Neighbors within `cutoff` (Å) of each atom: N numbers, or those of all structures one after the other. */
export function neighborCounts(structures: Structure | Structure[], cutoff: number): Int32Array {
  requirePositive(cutoff, 'option cutoff');
  return countsOf(structureList(structures), (structure) => neighborList(structure, cutoff));
}

/** Coordination number of each atom: its bonded neighbors; N numbers, or those of all structures in turn. */
export function coordination(structures: Structure | Structure[], options: BondOptions = {}): Int32Array {
  requireKnownOptions(options, ['bonds']);
  const list = structureList(structures);
  const bonds = bondsOf(list, options.bonds);
  return countsOf(list, (structure) => bondedNeighbors(structure, bonds));
}

/** Every bond angle j–i–k (j before k, both bonded to i), radians in [0, π], atom by atom. */
export function bondAngles(structures: Structure | Structure[], options: BondOptions = {}): Float64Array {
  requireKnownOptions(options, ['bonds']);
  const list = structureList(structures);
  const bonds = bondsOf(list, options.bonds);
  const angles: number[] = [];
  for (const structure of list) {
    const { offsets, vectors } = bondedNeighbors(structure, bonds);
    for (let i = 0; i + 1 < offsets.length; i++) {
      for (let j = offsets[i]; j < offsets[i + 1]; j++) {
        for (let k = j + 1; k < offsets[i + 1]; k++) angles.push(angleBetween(vectors, 3 * j, vectors, 3 * k));
      }
    }
  }
  return Float64Array.from(angles);
}

/** Every bond length, Å, each bond once. */
export function bondLengths(structures: Structure | Structure[], options: BondOptions = {}): Float64Array {
  requireKnownOptions(options, ['bonds']);
  const list = structureList(structures);
  const bonds = bondsOf(list, options.bonds);
  const lengths: number[] = [];
  for (const structure of list) {
    const { offsets, indices, vectors, distances } = bondedNeighbors(structure, bonds);
    for (let i = 0; i + 1 < offsets.length; i++) {
      for (let p = offsets[i]; p < offsets[i + 1]; p++) {
        const once = indices[p] === i ? pointsUp(vectors, 3 * p) : indices[p] > i;
        if (once) lengths.push(distances[p]);
      }
    }
  }
  return Float64Array.from(lengths);
}

/**
 * Distances to the first … `count`-th nearest neighbor of each atom, Å: N × count, rows sorted.
 *
 * Throws {@link InputError} if an atom of a structure that is not periodic has fewer neighbors.
 */
export function kthNeighborDistances(structures: Structure | Structure[], count: number): Float64Array {
  requireInteger(count, 'option count', 1);
  const parts = structureList(structures).map((structure, s) => nearestDistances(structure, count, `structure ${s}`));
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

function countsOf(structures: readonly Structure[], listOf: (structure: Structure) => NeighborList): Int32Array {
  const parts = structures.map((structure) => {
    const { offsets } = listOf(structure);
    return Int32Array.from({ length: offsets.length - 1 }, (_, i) => offsets[i + 1] - offsets[i]);
  });
  return Int32Array.from(parts.flatMap((part) => Array.from(part)));
}

function nearestDistances(structure: Structure, count: number, place: string): Float64Array {
  const { offsets, distances } = listWithAtLeast(structure, count, place);
  const result = new Float64Array((offsets.length - 1) * count);
  for (let i = 0; i + 1 < offsets.length; i++) {
    result.set(
      distances
        .slice(offsets[i], offsets[i + 1])
        .sort()
        .subarray(0, count),
      i * count,
    );
  }
  return result;
}
