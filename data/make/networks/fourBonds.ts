import { InputError } from '../../../src/core/errors';
import { type NeighborList, neighborList } from '../../../src/structures/neighborList';
import { atomCount, type Structure } from '../../../src/structures/structure';
import { BOND, REPULSION, REPULSION_RANGE } from './keating';
import { Network } from './network';

/** Possible bonds, longer ones only where there is no network of shorter ones, Å. */
const REACHES = [4, 5, 6.5];
/** Bonds that one repair may make. */
const LONGEST_PATH = 7;

/**
 * A network in which each atom has four bonds to atoms close by.
 *
 * Shortest pairs first, as long as both atoms have fewer than four bonds; then each atom short of a bond is joined to
 * another one by the cheapest path of bonds alternately made and broken (an augmenting path, as in matching), the price
 * of a bond being its Keating stretch less the repulsion that it spares.
 *
 * @throws InputError if some direction is not periodic, or no such network was found: too few atoms, or too far apart
 */
export function fourBonds(structure: Structure): Network {
  if (!structure.pbc?.every(Boolean)) {
    throw new InputError('pbc', JSON.stringify(structure.pbc), 'a cell periodic along a, b and c');
  }
  for (const reach of REACHES) {
    const pairs = new PossibleBonds(neighborList(structure, reach));
    pairs.takeShortest();
    if (pairs.completeAll()) return pairs.network(structure);
  }
  throw new InputError(
    'structure',
    `${atomCount(structure)} atoms that have no four bonds each within ${REACHES[REACHES.length - 1]} Å`,
    'a denser or larger cell',
  );
}

/** The neighbor list as a graph, some of whose edges are bonds. An edge is two entries, one from either atom. */
class PossibleBonds {
  private readonly list: NeighborList;
  private readonly atoms: number;
  private readonly back: Int32Array;
  private readonly prices: Float64Array;
  private readonly taken: Uint8Array;
  private readonly free: Int32Array;

  constructor(list: NeighborList) {
    this.list = list;
    this.atoms = list.offsets.length - 1;
    this.back = backEntries(list);
    this.prices = list.distances.map(price);
    this.taken = new Uint8Array(list.indices.length);
    this.free = new Int32Array(this.atoms).fill(4);
  }

  takeShortest(): void {
    const { indices, distances } = this.list;
    const once: number[] = [];
    for (let e = 0; e < indices.length; e++) if (this.from(e) < indices[e]) once.push(e);
    once.sort((d, e) => distances[d] - distances[e] || d - e);
    for (const e of once) {
      const [i, j] = [this.from(e), indices[e]];
      if (this.free[i] > 0 && this.free[j] > 0) this.toggle(e);
    }
  }

  /** Whether every atom has its four bonds in the end. */
  completeAll(): boolean {
    for (let i = 0; i < this.atoms; i++) {
      while (this.free[i] > 0) {
        const path = this.cheapestPath(i);
        if (path === undefined) return false;
        for (const e of path) this.toggle(e);
      }
    }
    return true;
  }

  network(structure: Structure): Network {
    const neighbors = new Int32Array(4 * this.atoms);
    const images = new Int32Array(12 * this.atoms);
    const next = Int32Array.from({ length: this.atoms }, (_, i) => 4 * i);
    for (let e = 0; e < this.taken.length; e++) {
      if (this.taken[e] === 0) continue;
      const slot = next[this.from(e)]++;
      neighbors[slot] = this.list.indices[e];
      images.set(this.list.images.subarray(3 * e, 3 * e + 3), 3 * slot);
    }
    return new Network(structure, neighbors, images);
  }

  private from(entry: number): number {
    return this.list.indices[this.back[entry]];
  }

  private toggle(entry: number): void {
    const change = this.taken[entry] === 0 ? 1 : -1;
    this.taken[entry] += change;
    this.taken[this.back[entry]] += change;
    this.free[this.from(entry)] -= change;
    this.free[this.list.indices[entry]] -= change;
  }

  /**
   * Entries to toggle, bonds made and broken in turn, from an atom short of a bond to the best end. Level by level:
   * after an odd number of entries an atom has a bond too many, after an even one a bond too few.
   */
  private cheapestPath(start: number): number[] | undefined {
    const { offsets, indices } = this.list;
    const levels: Int32Array[] = [];
    let costs = new Float64Array(this.atoms).fill(Infinity);
    costs[start] = 0;
    let best: { cost: number; level: number; atom: number } | undefined;
    for (let level = 0; level < LONGEST_PATH; level++) {
      const making = level % 2 === 0;
      const reached = new Float64Array(this.atoms).fill(Infinity);
      const by = new Int32Array(this.atoms).fill(-1);
      levels.push(by);
      for (let i = 0; i < this.atoms; i++) {
        if (costs[i] === Infinity) continue;
        for (let e = offsets[i]; e < offsets[i + 1]; e++) {
          const j = indices[e];
          if ((this.taken[e] === 0) !== making || j === i) continue;
          const cost = costs[i] + (making ? this.prices[e] : -this.prices[e]);
          if (cost >= reached[j] || this.onPath(levels, level - 1, i, e)) continue;
          reached[j] = cost;
          by[j] = e;
        }
      }
      if (making) {
        for (let j = 0; j < this.atoms; j++) {
          const open = this.free[j] - Number(j === start) > 0;
          if (open && reached[j] < (best?.cost ?? Infinity)) best = { cost: reached[j], level, atom: j };
        }
      }
      costs = reached;
    }
    return best && this.path(levels, best.level, best.atom);
  }

  /** Entries of the path that ends at an atom on a level. */
  private path(levels: Int32Array[], level: number, atom: number): number[] {
    const found: number[] = [];
    let at = atom;
    for (let l = level; l >= 0; l--) {
      found.push(levels[l][at]);
      at = this.from(levels[l][at]);
    }
    return found.reverse();
  }

  private onPath(levels: Int32Array[], level: number, atom: number, entry: number): boolean {
    if (level < 0) return false;
    return this.path(levels, level, atom).some((e) => e === entry || e === this.back[entry]);
  }
}

function price(r: number): number {
  const stretch = r * r - BOND * BOND;
  const spared = Math.max(0, REPULSION_RANGE - r);
  return 0.1 * stretch * stretch - REPULSION * spared ** 3;
}

/** For each entry (i, j, image) the one of (j, i, opposite image). */
function backEntries({ offsets, indices, images }: NeighborList): Int32Array {
  const back = new Int32Array(indices.length);
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      for (let d = offsets[indices[e]]; d < offsets[indices[e] + 1]; d++) {
        const opposite = [0, 1, 2].every((k) => images[3 * d + k] === -images[3 * e + k]);
        if (indices[d] === i && opposite) back[e] = d;
      }
    }
  }
  return back;
}
