import { requireInteger, requireKnownOptions } from '../../core';
import { type BondOptions, bondedNeighbors, bondsOf, type NeighborList, type Structure } from '../../structures';
import { elementsIn, structureList } from './neighborhoods';

/** Rings of bonded atoms, by size. */
export interface RingStatistics {
  /** `counts[s]` is the number of rings of s atoms, in all structures together; s = 0 … maxSize. */
  counts: Float64Array;
  /** The same per atom of the structures, or of the element that is counted. */
  perAtom: Float64Array;
}

/** Options of {@link ringStatistics}. */
export interface RingOptions extends BondOptions {
  /** Largest ring looked for, atoms; default 12. */
  maxSize?: number;
  /** Only atoms of this element count in the size of a ring: 'Si' for rings of silica, where oxygen is in between. */
  counted?: string;
}

/**
 * Shortest-path rings: those in which no two atoms are joined by fewer bonds through the network than along the ring.
 *
 * Franzblau, Phys. Rev. B 44, 4925 (1991), doi:10.1103/PhysRevB.44.4925. Each ring counts once per cell. The network
 * is the infinite crystal, so a chain that closes only through the periodic boundary is no ring, in small cells either.
 * Diamond has two six-rings per atom (twelve through each atom) and no others.
 */
export function ringStatistics(structures: Structure | Structure[], options: RingOptions = {}): RingStatistics {
  requireKnownOptions(options, ['bonds', 'maxSize', 'counted']);
  const maxSize = requireInteger(options.maxSize ?? 12, 'option maxSize', 3);
  const { counted } = options;
  const list = structureList(structures);
  if (counted !== undefined) elementsIn(list, counted, 1, 'counted');
  const bonds = bondsOf(list, options.bonds);
  const through = new Float64Array(maxSize + 1);
  let atoms = 0;
  for (const structure of list) {
    const counts = structure.species.map((symbol) => counted === undefined || symbol === counted);
    // Between two atoms that count there may be one that does not.
    const most = counted === undefined ? maxSize : 2 * maxSize;
    const network = new Network(bondedNeighbors(structure, bonds), most);
    for (let root = 0; root < counts.length; root++) {
      if (!counts[root]) continue;
      atoms++;
      for (const ring of ringsThrough(network, root, most)) {
        const size = ring.filter(([atom]) => counts[atom]).length;
        if (size <= maxSize) through[size]++;
      }
    }
  }
  // A ring of s atoms is found from each of them.
  const counts = through.map((count, size) => (size === 0 ? 0 : count / size));
  return { counts, perAtom: counts.map((count) => count / atoms) };
}

/** An atom of the infinite network: index in the cell, and the image as three integers. */
type Site = readonly [atom: number, a: number, b: number, c: number];

/** The bonded network, with the distance in bonds from each atom to all sites up to `depth` bonds away. */
class Network {
  readonly levels: Map<number, number>[];
  private readonly list: NeighborList;
  /** Images along an axis that sites of one ring, and the differences of two, can have; not many, for small keys. */
  private readonly span: number;

  /** Knows distances up to half of the largest ring. */
  constructor(list: NeighborList, maxSize: number) {
    this.list = list;
    const atoms = list.offsets.length - 1;
    const farthest = list.images.reduce((most, image) => Math.max(most, Math.abs(image)), 1);
    this.span = 2 * maxSize * farthest + 1;
    this.levels = Array.from({ length: atoms }, (_, atom) => this.search(atom, Math.floor(maxSize / 2)));
  }

  /** One number for an image of an atom: an integer that needs no box, unless the cell is huge. */
  key(atom: number, a: number, b: number, c: number): number {
    const { span } = this;
    const middle = (span - 1) / 2;
    return ((atom * span + a + middle) * span + b + middle) * span + c + middle;
  }

  keyOf([atom, a, b, c]: Site): number {
    return this.key(atom, a, b, c);
  }

  /** Bonds between two sites, undefined beyond the depth. */
  distance(from: Site, to: Site): number | undefined {
    return this.levels[from[0]].get(this.key(to[0], to[1] - from[1], to[2] - from[2], to[3] - from[3]));
  }

  bonded(site: Site): Site[] {
    const { offsets, indices, images } = this.list;
    const sites: Site[] = [];
    for (let p = offsets[site[0]]; p < offsets[site[0] + 1]; p++) {
      sites.push([indices[p], site[1] + images[3 * p], site[2] + images[3 * p + 1], site[3] + images[3 * p + 2]]);
    }
    return sites;
  }

  private search(atom: number, depth: number): Map<number, number> {
    const levels = new Map<number, number>([[this.key(atom, 0, 0, 0), 0]]);
    let front: Site[] = [[atom, 0, 0, 0]];
    for (let level = 1; level <= depth; level++) {
      const next: Site[] = [];
      for (const site of front) {
        for (const neighbor of this.bonded(site)) {
          const k = this.keyOf(neighbor);
          if (levels.has(k)) continue;
          levels.set(k, level);
          next.push(neighbor);
        }
      }
      front = next;
    }
    return levels;
  }
}

/**
 * The shortest-path rings through an atom.
 *
 * Even rings close at the one site farthest from the root, odd ones at a bond between the two farthest; both halves
 * are shortest paths from the root.
 */
function* ringsThrough(network: Network, root: number, maxSize: number): Generator<Site[]> {
  const origin: Site = [root, 0, 0, 0];
  const paths = new Map<number, Site[][]>([[network.keyOf(origin), [[]]]]);
  let front: Site[] = [origin];
  for (let level = 1; 2 * level <= maxSize; level++) {
    const next = advance(network, root, front, level, paths);
    for (const site of next) {
      const halves = paths.get(network.keyOf(site)) as Site[][];
      for (let i = 0; i < halves.length; i++) {
        for (let j = i + 1; j < halves.length; j++) {
          const ring = [origin, ...halves[i], ...halves[j].slice(0, -1).reverse()];
          if (isShortestPathRing(network, ring)) yield ring;
        }
      }
      if (2 * level + 1 <= maxSize) yield* oddRings(network, origin, site, level, paths);
    }
    front = next;
  }
}

/** The sites `level` bonds from the root; records all shortest paths to each, without the root. */
function advance(network: Network, root: number, front: Site[], level: number, paths: Map<number, Site[][]>): Site[] {
  const next = new Map<number, Site>();
  for (const site of front) {
    const here = paths.get(network.keyOf(site)) as Site[][];
    for (const neighbor of network.bonded(site)) {
      const k = network.keyOf(neighbor);
      if (network.levels[root].get(k) !== level) continue;
      next.set(k, neighbor);
      const known = paths.get(k) ?? [];
      for (const path of here) known.push([...path, neighbor]);
      paths.set(k, known);
    }
  }
  return [...next.values()];
}

/** Shortest-path rings that close at a bond from `site` to another site of its level, each such bond taken once. */
function* oddRings(
  network: Network,
  origin: Site,
  site: Site,
  level: number,
  paths: Map<number, Site[][]>,
): Generator<Site[]> {
  for (const other of network.bonded(site)) {
    if (network.keyOf(other) <= network.keyOf(site) || network.distance(origin, other) !== level) continue;
    for (const half of paths.get(network.keyOf(site)) as Site[][]) {
      for (const back of paths.get(network.keyOf(other)) as Site[][]) {
        const ring = [origin, ...half, ...[...back].reverse()];
        if (isShortestPathRing(network, ring)) yield ring;
      }
    }
  }
}

/**
 * Whether opposite sites are as far apart in the network as along the ring. If any two sites had a shortcut, so would
 * an opposite pair: extend the shortcut along the ring.
 */
function isShortestPathRing(network: Network, ring: Site[]): boolean {
  const half = Math.floor(ring.length / 2);
  // In an even ring the second half of the sites is opposite the first.
  const pairs = ring.length % 2 === 0 ? half : ring.length;
  for (let i = 0; i < pairs; i++) {
    if (network.distance(ring[i], ring[(i + half) % ring.length]) !== half) return false;
  }
  return true;
}
