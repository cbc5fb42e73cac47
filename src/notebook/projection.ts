import { project, type View } from './drawing';

/**
 * The direction of view, among 200 even ones, in which the atoms (central one included) cover each other least: the
 * greatest smallest distance on paper between any two, over all given motifs together.
 */
export function clearestView(motifs: readonly ArrayLike<number>[]): View {
  let best = viewAlong([0, 0, 1]);
  let clearest = -1;
  for (let k = 0; k < 200; k++) {
    // Points of a Fibonacci spiral on the half sphere.
    const z = 1 - (k + 0.5) / 200;
    const angle = k * Math.PI * (3 - Math.sqrt(5));
    const ring = Math.sqrt(1 - z * z);
    const view = viewAlong([ring * Math.cos(angle), ring * Math.sin(angle), z]);
    const gap = Math.min(...motifs.map((positions) => smallestGap(project(positions, view))));
    if (gap > clearest) {
      clearest = gap;
      best = view;
    }
  }
  return best;
}

function viewAlong(toward: [number, number, number]): View {
  const [a, b, c] = toward;
  const helper = Math.abs(c) < 0.9 ? [0, 0, 1] : [0, 1, 0];
  const right = normalize([
    helper[1] * c - helper[2] * b,
    helper[2] * a - helper[0] * c,
    helper[0] * b - helper[1] * a,
  ]);
  const up = [b * right[2] - c * right[1], c * right[0] - a * right[2], a * right[1] - b * right[0]];
  return Float64Array.from([...right, ...up, a, b, c]);
}

function normalize(v: number[]): number[] {
  const length = Math.hypot(...v);
  return v.map((x) => x / length);
}

function smallestGap(points: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < points.length; i += 3) {
    least = Math.min(least, Math.hypot(points[i], points[i + 1]));
    for (let j = 0; j < i; j += 3)
      least = Math.min(least, Math.hypot(points[i] - points[j], points[i + 1] - points[j + 1]));
  }
  return least;
}
