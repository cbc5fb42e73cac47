import type { InfilledStructure, Region } from '../diffusion';
import { relaxedByPotential, usualEnergy } from '../diffusion/cells/ranking';
import { assign } from '../motifs/match/assignment';
import { type Bonds, bondedNeighbors } from '../structures/bonds';
import { distancesTo } from '../structures/nearestAtoms';
import type { Potential } from '../structures/potential';
import { atomCount, type Structure } from '../structures/structure';

/** Of an element's known atoms a smaller share has a rare number of bonds. */
const RARE = 0.02;

/** Placed atoms, and atoms bonded to them, whose number of bonds is rare among the known atoms of their element. */
export function oddAtoms(filled: Structure, known: number, bonds: Bonds): { atom: number; bonds: number }[] {
  const { offsets, indices } = bondedNeighbors(filled, bonds);
  const count = (i: number): number => offsets[i + 1] - offsets[i];
  const near = new Set<number>();
  for (let i = known; i < filled.species.length; i++) {
    near.add(i);
    for (let e = offsets[i]; e < offsets[i + 1]; e++) near.add(indices[e]);
  }
  const rare = (i: number): boolean => {
    const alike = [...filled.species.keys()].filter((j) => filled.species[j] === filled.species[i] && !near.has(j));
    const counts = alike.map(count);
    return counts.length > 0 && counts.filter((c) => c === count(i)).length < RARE * counts.length;
  };
  return [...near].filter(rare).map((atom) => ({ atom, bonds: count(atom) }));
}

/**
 * What answers to one site cost, eV: by how much their energy, both relaxed about the site, exceeds that of the hole
 * and as many usual atoms. One too many has to push others aside: in amorphous silicon 21 of 24 cost more than nothing,
 * and 4 of 24 taken out and put back.
 */
export function costOf(
  hole: Structure,
  region: Region | undefined,
  potential: Potential,
): (answer: InfilledStructure) => number {
  if (atomCount(hole) === 0) return () => 0;
  const { relaxed, energy } = relaxedByPotential(hole, 0, region, potential);
  const usual = usualEnergy({ structure: relaxed, placed: new Float64Array(0) }, potential);
  return (answer) => (answer.energy as number) - energy - (usual * answer.placed.length) / 3;
}

/**
 * Which true place (n × 3, Å) each placed atom (n × 3, Å) stands for, at the least sum of squares, and how far it is
 * from it or its nearest image, Å.
 */
export function matchPlaces(
  cell: Structure,
  truth: Float64Array,
  placed: Float64Array,
): { index: number; distance: number }[] {
  const images = { ...cell, positions: truth };
  const n = placed.length / 3;
  const distances = new Float64Array(n * n);
  for (let j = 0; j < n; j++) distances.set(distancesTo(images, placed.subarray(3 * j, 3 * j + 3)), n * j);
  const matched = assign(
    distances.map((r) => r * r),
    n,
    n,
  );
  return Array.from(matched, (index, j) => ({ index, distance: distances[n * j + index] }));
}
