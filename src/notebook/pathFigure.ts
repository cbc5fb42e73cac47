import { neighborDistances, shortestDistances, toDegrees } from '../evaluate';
import type { MotifPath } from '../generate';
import { permutePositions, synchronize } from '../motifs';
import { type Curve, curvesFigure } from './charts';
import type { Figure } from './figure';
import type { GridFigureOptions } from './grid';
import type { MotifPicture } from './motifFigure';

/** Room of path panels, three in a row. */
export const PATH_GRID: GridFigureOptions = { columns: 3, panelWidth: 220, panelHeight: 190, gapX: 55, gapY: 80 };

/** A path as a row of pictures: the motif a, its frames with their fractions, and b as encoded, laid on the last frame. */
export function pathPictures(path: MotifPath, a: Float64Array, b: Float64Array): MotifPicture[] {
  const size = 3 * path.n;
  const frames = Array.from(path.fractions, (t, k) => ({
    positions: path.positions.slice(size * k, size * (k + 1)),
    title: `t = ${t.toFixed(2)}`,
  }));
  const last = frames[frames.length - 1].positions;
  const end = synchronize(last, permutePositions(b, path.permutation), { reflections: true }).moved;
  return [{ positions: a, title: 'a' }, ...frames, { positions: end, title: 'b' }];
}

/** Distances along a path: each neighbor from the central atom, and the shortest between any two atoms. */
export function pathDistancesFigure(path: MotifPath): Figure {
  const n = path.n;
  const distances = neighborDistances(path.positions, n);
  const lines = Array.from(
    { length: n },
    (_, i): Curve => ({
      name: i < 4 ? 'neighbors 1–4 of <i>a</i>' : `neighbors 5–${n} of <i>a</i>`,
      style: i < 4 ? 0 : 1,
      x: path.fractions,
      y: distances.filter((_, k) => k % n === i),
    }),
  );
  const shortest = shortestDistances(path.positions, n);
  lines.push({ name: 'shortest between any two atoms', style: 2, x: path.fractions, y: shortest });
  return curvesFigure(lines, { xLabel: '<i>t</i>', yLabel: 'Distance (Å)', xRange: [0, 1], yRange: [0, 4.5] });
}

/** Angles at the central atom between the first four neighbors, along a path. */
export function pathAnglesFigure(path: MotifPath): Figure {
  const name = 'between neighbors 1–4 of <i>a</i>';
  const lines: Curve[] = [];
  const bonded = Math.min(4, path.n);
  for (let i = 0; i < bonded; i++) {
    for (let j = i + 1; j < bonded; j++)
      lines.push({ name, style: 0, x: path.fractions, y: anglesBetween(path, i, j) });
  }
  return curvesFigure(lines, {
    xLabel: '<i>t</i>',
    yLabel: 'Angle (°)',
    xRange: [0, 1],
    yRange: [0, 180],
    yReferences: [{ name: 'tetrahedral, 109.5°', value: 109.47 }],
  });
}

/** Angle between neighbors i and j at the center of each frame, degrees. */
function anglesBetween({ positions, n: count, fractions }: MotifPath, i: number, j: number): Float64Array {
  return Float64Array.from(fractions, (_, k) => {
    const vector = (atom: number): Float64Array =>
      positions.subarray(3 * (count * k + atom), 3 * (count * k + atom) + 3);
    const [u, v] = [vector(i), vector(j)];
    const cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / (Math.hypot(...u) * Math.hypot(...v));
    return toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
  });
}
