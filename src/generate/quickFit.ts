/** Two of some points, and all of them in the axes of these two. */
interface Frame {
  pair: [number, number];
  framed: Float64Array;
}

/**
 * The `wanted` motifs (n×3 each, Å) that most probably lie best on some points (k×3, k ≥ 3, Å), most promising first:
 * which of thousands are worth the full search. Inputs are checked by the caller.
 *
 * Two atoms are laid on the two points that span the largest triangle with the origin: the two pairs of atoms most like
 * them in their products, in both mirror images; then Σ of squared distances from each point to the closest atom is
 * what counts. The same with the next such two points, without one of the first.
 *
 * @param own species of the points
 * @param species species of the n atoms
 */
export function rankQuickly(
  all: Float64Array,
  points: Float64Array,
  own: ArrayLike<number>,
  species: ArrayLike<number>,
  wanted: number,
): number[] {
  const n = species.length;
  const widest = widestPair(points, -1);
  const frames = [widest, widestPair(points, widest[0])].map((pair): Frame => {
    const framed = new Float64Array(points.length);
    toFrame(points, pair[0], pair[1], framed);
    return { pair, framed };
  });
  const turned = new Float64Array(3 * n);
  const squares = new Float64Array(n);
  const best: { m: number; least: number }[] = [];
  for (let m = 0; m < all.length / (3 * n); m++) {
    const motif = all.subarray(3 * n * m, 3 * n * (m + 1));
    const limit = best.length < wanted ? Infinity : best[wanted - 1].least;
    let least = limit;
    for (let i = 0; i < n; i++) squares[i] = dot(motif, i, i);
    for (const { pair, framed } of frames) {
      for (const atoms of likestPairs(motif, squares, species, points, own, pair)) {
        if (atoms < 0) continue;
        toFrame(motif, Math.floor(atoms / n), atoms % n, turned);
        least = misfit(framed, turned, own, species, least);
      }
    }
    if (best.length === wanted && least === limit) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].least > least) at--;
    best.splice(at, 0, { m, least });
    best.length = Math.min(best.length, wanted);
  }
  return best.map(({ m }) => m);
}

/**
 * The two ordered pairs of atoms (i n + j) most like points a and b; −1 for none. `squares`: of the atoms' distances.
 */
function likestPairs(
  motif: Float64Array,
  squares: Float64Array,
  species: ArrayLike<number>,
  points: Float64Array,
  own: ArrayLike<number>,
  [a, b]: [number, number],
): [number, number] {
  const n = species.length;
  const [aa, bb, ab] = [dot(points, a, a), dot(points, b, b), dot(points, a, b)];
  const pairs: [number, number] = [-1, -1];
  let least = Infinity;
  let second = Infinity;
  for (let i = 0; i < n; i++) {
    const unlike = (squares[i] - aa) ** 2;
    if (unlike >= second || species[i] !== own[a]) continue;
    for (let j = 0; j < n; j++) {
      const radial = unlike + (squares[j] - bb) ** 2;
      if (radial >= second || i === j || species[j] !== own[b]) continue;
      const misfit = radial + 2 * (dot(motif, i, j) - ab) ** 2;
      if (misfit >= second) continue;
      const first = misfit < least;
      pairs[1] = first ? pairs[0] : n * i + j;
      second = first ? least : misfit;
      if (first) pairs[0] = n * i + j;
      if (first) least = misfit;
    }
  }
  return pairs;
}

/**
 * Σ over points of the squared distance to the closest like atom, as the atoms lie or mirrored in the third coordinate,
 * whichever is less; at most `limit`.
 */
function misfit(
  points: Float64Array,
  atoms: Float64Array,
  own: ArrayLike<number>,
  species: ArrayLike<number>,
  limit: number,
): number {
  let straight = 0;
  let mirrored = 0;
  for (let i = 0; i < own.length && (straight < limit || mirrored < limit); i++) {
    let least = Infinity;
    let other = Infinity;
    for (let j = 0; j < species.length; j++) {
      if (species[j] !== own[i]) continue;
      const dx = points[3 * i] - atoms[3 * j];
      const dy = points[3 * i + 1] - atoms[3 * j + 1];
      const below = points[3 * i + 2] - atoms[3 * j + 2];
      const above = points[3 * i + 2] + atoms[3 * j + 2];
      const plane = dx * dx + dy * dy;
      least = Math.min(least, plane + below * below);
      other = Math.min(other, plane + above * above);
    }
    straight += least;
    mirrored += other;
  }
  return Math.min(straight, mirrored, limit);
}

/** The two points, neither of them `without`, that span the largest triangle with the origin. */
function widestPair(x: Float64Array, without: number): [number, number] {
  let pair: [number, number] = [0, 1];
  let widest = -1;
  for (let i = 0; i < x.length / 3; i++) {
    for (let j = 0; j < i; j++) {
      const area = i === without || j === without ? -1 : dot(x, i, i) * dot(x, j, j) - dot(x, i, j) ** 2;
      if (area > widest) [widest, pair] = [area, [i, j]];
    }
  }
  return pair;
}

/** Writes points along u + v, u − v and u × v, u and v being the directions of two of them. */
function toFrame(x: Float64Array, i: number, j: number, out: Float64Array): void {
  const [ri, rj] = [Math.sqrt(dot(x, i, i)) || 1, Math.sqrt(dot(x, j, j)) || 1];
  const [ux, uy, uz] = [x[3 * i] / ri, x[3 * i + 1] / ri, x[3 * i + 2] / ri];
  const [vx, vy, vz] = [x[3 * j] / rj, x[3 * j + 1] / rj, x[3 * j + 2] / rj];
  const [px, py, pz, qx, qy, qz] = [ux + vx, uy + vy, uz + vz, ux - vx, uy - vy, uz - vz];
  const [p, q] = [Math.sqrt(px * px + py * py + pz * pz) || 1, Math.sqrt(qx * qx + qy * qy + qz * qz) || 1];
  const [rx, ry, rz] = [py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx];
  for (let at = 0; at < out.length; at += 3) {
    const [a, b, c] = [x[at], x[at + 1], x[at + 2]];
    out[at] = (px * a + py * b + pz * c) / p;
    out[at + 1] = (qx * a + qy * b + qz * c) / q;
    out[at + 2] = (rx * a + ry * b + rz * c) / (p * q);
  }
}

function dot(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}
