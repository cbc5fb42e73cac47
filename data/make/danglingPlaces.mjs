import { createRequire } from 'node:module';

const { bondedNeighbors, vectorsTo, withAtoms } = createRequire(import.meta.url)('../../dist/structures');

/** Descents of a fit, each by the mean of what its bonds lack. */
const STEPS = 60;
/** Atoms are fitted to those within so many bond lengths. */
const REACH = 1.5;

/**
 * Places for atoms missing in a network of bonds, without learning: one after the other where most atoms that lack
 * bonds are a bond length away, by least squares, started opposite to the bonds of each such atom; in the middle of the
 * region where no atom lacks one. Missing × 3, Å.
 */
export function danglingPlaces(structure, { missing, region }, { bonds }) {
  const { offsets, distances } = bondedNeighbors(structure, bonds);
  const length = distances.reduce((sum, r) => sum + r / distances.length, 0);
  const full = mostFrequent(offsets);
  const found = [];
  for (let k = 0; k < missing; k++) {
    const grown = withAtoms(structure, Float64Array.from(found), new Array(k).fill(structure.species[0]));
    found.push(...bestPlace(grown, region, { length, full, list: bondedNeighbors(grown, bonds) }));
  }
  return Float64Array.from(found);
}

function bestPlace(structure, region, { length, full, list }) {
  const center = Array.from(region.center);
  const toCenter = points(vectorsTo(structure, center));
  const lacks = toCenter.map((_, i) => list.offsets[i + 1] - list.offsets[i] < full);
  let best = { place: center, score: Number.NEGATIVE_INFINITY };
  toCenter.forEach((from, i) => {
    if (!lacks[i] || Math.hypot(...from) > region.radius + length) return;
    const bonded = points(list.vectors.subarray(3 * list.offsets[i], 3 * list.offsets[i + 1]));
    const start = opposite(bonded).map((x, c) => center[c] + from[c] + length * x);
    const around = (p) => points(vectorsTo(structure, p));
    const anchorsOf = (p) => around(p).filter((v, j) => lacks[j] && Math.hypot(...v) < REACH * length);
    const place = bestFit(start, anchorsOf, length);
    const anchors = anchorsOf(place);
    const misfit = anchors.reduce((sum, v) => sum + (Math.hypot(...v) / length - 1) ** 2, 0);
    const clashes = around(place).filter((v) => Math.hypot(...v) < 0.75 * length).length;
    const outside = Math.max(0, Math.hypot(...place.map((x, c) => x - center[c])) - region.radius);
    // More bonds than the atom is to have count for nothing.
    const score = Math.min(full, anchors.length) - 10 * (misfit + outside) - 5 * clashes;
    if (score > best.score) best = { place, score };
  });
  return best.place;
}

/** The point that is a bond length from its anchors, vectors from it, in the sense of least squares. */
function bestFit(start, anchorsOf, length) {
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
function opposite(bonds) {
  const sum = [0, 1, 2].map((c) => bonds.reduce((total, x) => total - x[c] / Math.hypot(...x), 0));
  const size = Math.hypot(...sum);
  return size > 1e-9 ? sum.map((x) => x / size) : [1, 0, 0];
}

function mostFrequent(offsets) {
  const counts = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    const bonds = offsets[i + 1] - offsets[i];
    counts[bonds] = (counts[bonds] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0).reduce((best, count, k, all) => (count > all[best] ? k : best), 0);
}

function points(positions) {
  return Array.from({ length: positions.length / 3 }, (_, i) => [0, 1, 2].map((c) => positions[3 * i + c]));
}
