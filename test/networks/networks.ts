import { fourBonds } from '../../data/make/networks/fourBonds';
import type { Network } from '../../data/make/networks/network';
import { createRng } from '../../src/core';
import type { Structure } from '../../src/structures';
import { crystal, DIAMOND, rattle } from '../evaluate/helpers';

export const diamond: Structure = crystal(DIAMOND, 5.431, 2);

/** A diamond of 64 atoms, moved at random, whose bonds have been switched at random. */
export function switched(switches: number, seed = 1): { structure: Structure; network: Network } {
  const structure = rattle(diamond, 0.1, seed);
  const network = fourBonds(structure);
  const rng = createRng(seed);
  for (let done = 0; done < switches; ) {
    const toA = rng.integer(4 * network.atoms);
    const toC = 4 * (toA >> 2) + rng.integer(4);
    const toD = 4 * network.neighbors[toC] + rng.integer(4);
    if (network.switchBonds(toA, toC, toD)) done++;
  }
  return { structure, network };
}

/** Each bond as `i j image`, sorted. */
export function bondSet(network: Network): string[] {
  return Array.from(network.neighbors, (j, slot) => `${slot >> 2} ${j} ${network.images[slot]}`).sort();
}

/** What random cells of silicon are made by. */
export const RANDOM = { density: 2.28, minDistance: 2, species: 'Si' };
