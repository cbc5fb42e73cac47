import { requireInteger, requireKnownOptions, requirePositive } from '../../core';
import {
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
import { elementsIn, listWithAtLeast, structureList } from './neighborhoods';

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

/** Options of {@link radialDistribution}. */
export interface RadialOptions {
  /** Å; default 10. */
  cutoff?: number;
  /** Default 500. */
  bins?: number;
  /** Of a partial g(r): 'Si-O' for oxygen atoms around silicon atoms. */
  pair?: string;
}

/**
 * Radial distribution function g(r), averaged over structures; of a pair of elements the partial one.
 *
 * Ordered pairs i ≠ j (an atom's own periodic images included) in each shell, divided by N ρ (4π/3)(r₊³ − r₋³)
 * with ρ = N/V: the exact shell volume, and ρ rather than (N − 1)/V; of a pair N of the first element, ρ of the second.
 * Throws {@link InputError} if there is no structure, or one is empty, not periodic along all three directions or
 * without an element of the pair.
 */
export function radialDistribution(
  structures: Structure | Structure[],
  options: RadialOptions = {},
): RadialDistribution {
  requireKnownOptions(options, ['cutoff', 'bins', 'pair']);
  const cutoff = requirePositive(options.cutoff ?? 10, 'option cutoff');
  const bins = requireInteger(options.bins ?? 500, 'option bins', 1);
  const list = structureList(structures);
  const pair = options.pair === undefined ? [] : elementsIn(list, options.pair, 2, 'pair');
  const edges = binEdges(0, cutoff, bins);
  const values = new Float64Array(bins);
  const coordination = new Float64Array(bins);
  list.forEach((structure, s) => {
    const [central, others] = [0, 1].map((end) => kind(structure, pair[end]));
    const atoms = amount(central);
    const density = amount(others) / periodicVolume(structure, `structure ${s}`);
    const counts = new Float64Array(bins);
    const { offsets, indices, distances } = neighborList(structure, cutoff);
    central.forEach((counted, i) => {
      if (!counted) return;
      for (let p = offsets[i]; p < offsets[i + 1]; p++) {
        if (others[indices[p]]) counts[Math.min(bins - 1, Math.floor((distances[p] / cutoff) * bins))]++;
      }
    });
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

/**
 * Coordination number of each atom: its bonded neighbors; N numbers, or those of all structures in turn.
 *
 * @param options `pair`: 'Si-O' for the oxygen neighbors of each silicon atom, and no other atoms
 */
export function coordination(
  structures: Structure | Structure[],
  options: BondOptions & { pair?: string } = {},
): Int32Array {
  requireKnownOptions(options, ['bonds', 'pair']);
  const list = structureList(structures);
  const pair = options.pair === undefined ? [] : elementsIn(list, options.pair, 2, 'pair');
  const bonds = bondsOf(list, options.bonds);
  return countsOf(list, (structure) => bondedNeighbors(structure, bonds), pair);
}

/**
 * Every bond angle j–i–k (j before k, both bonded to i), radians in [0, π], atom by atom.
 *
 * @param options `triplet`: 'O-Si-O' for those at silicon between oxygen atoms; the ends in either order
 */
export function bondAngles(
  structures: Structure | Structure[],
  options: BondOptions & { triplet?: string } = {},
): Float64Array {
  requireKnownOptions(options, ['bonds', 'triplet']);
  const list = structureList(structures);
  const triplet = options.triplet === undefined ? [] : elementsIn(list, options.triplet, 3, 'triplet');
  const bonds = bondsOf(list, options.bonds);
  const angles: number[] = [];
  for (const structure of list) {
    const { offsets, indices, vectors } = bondedNeighbors(structure, bonds);
    const [one, center, other] = [0, 1, 2].map((end) => kind(structure, triplet[end]));
    for (let i = 0; i + 1 < offsets.length; i++) {
      if (!center[i]) continue;
      for (let p = offsets[i]; p < offsets[i + 1]; p++) {
        for (let q = p + 1; q < offsets[i + 1]; q++) {
          const [j, k] = [indices[p], indices[q]];
          if ((one[j] && other[k]) || (one[k] && other[j])) angles.push(angleBetween(vectors, 3 * p, vectors, 3 * q));
        }
      }
    }
  }
  return Float64Array.from(angles);
}

/**
 * Qⁿ: how many bridging neighbors each atom that forms a network has, those bonded to another such atom as well.
 *
 * @param network the element that forms the network and the one that bridges it, 'Si-O'
 * @returns a number for each atom of the first element, structure by structure
 */
export function bridges(structures: Structure | Structure[], network: string, options: BondOptions = {}): Int32Array {
  requireKnownOptions(options, ['bonds']);
  const list = structureList(structures);
  const [former, bridge] = elementsIn(list, network, 2, 'network');
  const bonds = bondsOf(list, options.bonds);
  const counts = list.flatMap((structure) => {
    const { offsets, indices } = bondedNeighbors(structure, bonds);
    const [formers, others] = [former, bridge].map((symbol) => kind(structure, symbol));
    const bonded = (i: number): Int32Array => indices.subarray(offsets[i], offsets[i + 1]);
    const joins = others.map((is, j) => Number(is === 1 && amount(bonded(j).map((i) => formers[i])) > 1));
    return [...formers.keys()].filter((i) => formers[i]).map((i) => amount(bonded(i).map((j) => joins[j])));
  });
  return Int32Array.from(counts);
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

/** Neighbors of each atom, or of a pair of elements those of the second of each atom of the first. */
function countsOf(
  structures: readonly Structure[],
  listOf: (structure: Structure) => NeighborList,
  pair: readonly string[] = [],
): Int32Array {
  const counts = structures.flatMap((structure) => {
    const { offsets, indices } = listOf(structure);
    const [central, others] = [0, 1].map((end) => kind(structure, pair[end]));
    const of = (i: number): number => amount(indices.subarray(offsets[i], offsets[i + 1]).map((j) => others[j]));
    return Array.from(central.keys())
      .filter((i) => central[i])
      .map(of);
  });
  return Int32Array.from(counts);
}

/** 1 for each atom of an element, of all atoms without one. */
function kind({ species }: Structure, symbol?: string): Uint8Array {
  return Uint8Array.from(species, (one) => Number(symbol === undefined || one === symbol));
}

function amount(marks: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < marks.length; i++) sum += marks[i];
  return sum;
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
