import { requireInteger, requireKnownOptions, requirePositive } from '../../core';
import type { Region } from '../../diffusion';
import { type BondOptions, bondedNeighbors, bondsOf, type Structure, vectorsTo, withAtoms } from '../../structures';
import type { InfillTest } from './infilling';
import { type InfillResults, judged, requireTests } from './infillRivals';

/** Options of {@link infillByGeometry}. */
export interface GeometricInfillOptions {
  /** Bond cutoff, Å. */
  bonds: number;
  /**
   * 'opposite': each missing atom lies opposite to the sum of the directions of the center's bonds; 'dangling'
   * (default): and known atoms beyond the bonds that are bonded to no known neighbor hang on it.
   */
  rule?: 'opposite' | 'dangling';
}

/** Descents of a fit, each by the mean of what its bonds lack. */
const STEPS = 60;
/** Atoms are fitted to those within so many bond lengths. */
const REACH = 1.5;

/** Infills without learning, as if every missing atom were bonded to the center. Throws InputError without tests. */
export function infillByGeometry(
  tests: readonly InfillTest[],
  options: GeometricInfillOptions,
): InfillResults<{ positions: Float64Array }> {
  requireKnownOptions(options, ['bonds', 'rule']);
  const bonds = requirePositive(options.bonds, 'option bonds');
  requireTests(tests);
  const near = tests.flatMap(({ problem }) => points(problem.positions).filter((x) => Math.hypot(...x) < bonds));
  const length = near.reduce((sum, x) => sum + Math.hypot(...x) / near.length, 0) || bonds;
  const answers = tests.map(({ problem, missing, positions }) => {
    const known = points(problem.positions);
    const bonded = known.filter((x) => Math.hypot(...x) < bonds);
    const orphans = known.filter((x) => !bonded.includes(x) && bonded.every((y) => apart(x, y) >= bonds));
    const whole = positions.slice();
    for (const row of missing) {
      const start = opposite(bonded).map((x) => length * x);
      const anchors = options.rule === 'opposite' ? [] : orphans.filter((x) => apart(x, start) < REACH * length);
      const place = bestFit(
        start,
        (p) => [[0, 0, 0], ...anchors].map((x) => x.map((value, c) => value - p[c])),
        length,
      );
      for (const x of anchors) orphans.splice(orphans.indexOf(x), 1);
      bonded.push(place);
      whole.set(place, 3 * row);
    }
    return [{ positions: whole }];
  });
  return judged(tests, answers);
}

/**
 * Places for atoms missing in a network of bonds, without learning: one after the other where most atoms that lack
 * bonds are a bond length away, by least squares, started opposite to the bonds of each such atom; in the middle of the
 * region where no atom lacks one.
 *
 * @param options `coordination`: bonds of a complete atom; default the most frequent number. `element`: that of the
 *   missing atoms; default that of the first atom
 * @returns missing × 3, Å
 * @throws InputError if an option is out of range
 */
export function danglingPlaces(
  structure: Structure,
  where: { missing: number; region: Region },
  options: BondOptions & { coordination?: number; element?: string } = {},
): Float64Array {
  requireKnownOptions(options, ['bonds', 'coordination', 'element']);
  const { missing, region } = where;
  const count = requireInteger(missing, 'missing', 1);
  const [bonds, { element = structure.species[0] }] = [bondsOf([structure], options.bonds), options];
  const { offsets, distances } = bondedNeighbors(structure, bonds);
  const length = distances.reduce((sum, r) => sum + r / distances.length, 0);
  const full = requireInteger(options.coordination ?? mostFrequent(offsets), 'option coordination', 1);
  const found: number[] = [];
  for (let k = 0; k < count; k++) {
    const grown = withAtoms(structure, Float64Array.from(found), new Array<string>(k).fill(element));
    found.push(...bestPlace(grown, region, { length, full, list: bondedNeighbors(grown, bonds) }));
  }
  return Float64Array.from(found);
}

function bestPlace(
  structure: Structure,
  region: Region,
  { length, full, list }: { length: number; full: number; list: ReturnType<typeof bondedNeighbors> },
): number[] {
  const toCenter = points(vectorsTo(structure, region.center));
  const lacks = toCenter.map((_, i) => list.offsets[i + 1] - list.offsets[i] < full);
  let best = { place: Array.from(region.center), score: -Infinity };
  toCenter.forEach((from, i) => {
    if (!lacks[i] || Math.hypot(...from) > region.radius + length) return;
    const bonded = points(list.vectors.subarray(3 * list.offsets[i], 3 * list.offsets[i + 1]));
    const start = opposite(bonded).map((x, c) => region.center[c] + from[c] + length * x);
    const around = (p: number[]): number[][] => points(vectorsTo(structure, p));
    const anchorsOf = (p: number[]): number[][] =>
      around(p).filter((v, j) => lacks[j] && Math.hypot(...v) < REACH * length);
    const place = bestFit(start, anchorsOf, length);
    const anchors = anchorsOf(place);
    const misfit = anchors.reduce((sum, v) => sum + (Math.hypot(...v) / length - 1) ** 2, 0);
    const clashes = around(place).filter((v) => Math.hypot(...v) < 0.75 * length).length;
    const outside = Math.max(0, apart(place, Array.from(region.center)) - region.radius);
    // More bonds than the atom is to have count for nothing.
    const score = Math.min(full, anchors.length) - 10 * (misfit + outside) - 5 * clashes;
    if (score > best.score) best = { place, score };
  });
  return best.place;
}

/** The point that is a bond length from its anchors, vectors from it, in the sense of least squares. */
function bestFit(start: number[], anchorsOf: (point: number[]) => number[][], length: number): number[] {
  let point = start;
  for (let step = 0; step < STEPS; step++) {
    const anchors = anchorsOf(point);
    for (const v of anchors) {
      const excess = (1 - length / Math.max(Math.hypot(...v), 1e-9)) / anchors.length;
      point = point.map((x, c) => x + excess * v[c]);
    }
  }
  return point;
}

/** Unit vector opposite to the sum of the directions of bonds; with none, or where these cancel, along x. */
function opposite(bonds: readonly number[][]): number[] {
  const sum = [0, 1, 2].map((c) => bonds.reduce((total, x) => total - x[c] / Math.hypot(...x), 0));
  const size = Math.hypot(...sum);
  return size > 1e-9 ? sum.map((x) => x / size) : [1, 0, 0];
}

function mostFrequent(offsets: ArrayLike<number>): number {
  const counts: number[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    const bonds = offsets[i + 1] - offsets[i];
    counts[bonds] = (counts[bonds] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0).reduce((best, count, k, all) => (count > all[best] ? k : best), 0);
}

function points(positions: ArrayLike<number>): number[][] {
  return Array.from({ length: positions.length / 3 }, (_, i) => [0, 1, 2].map((c) => positions[3 * i + c]));
}

function apart(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
