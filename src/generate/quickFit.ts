/**
 * Which of thousands of motifs are worth the full search of how they lie on some points. Inputs are checked by the
 * caller.
 */

/** How well a motif fits points: see {@link rankQuickly}. */
class QuickFit {
  readonly #framed: Float64Array;
  /** Species of the points, as framed, and of the atoms. */
  readonly #own: Int32Array;
  readonly #species: Int32Array;
  /** The two points' squares and product, Å², and their species. */
  readonly #target: Float64Array;
  readonly #frame: Float64Array = new Float64Array(9);
  readonly #turned: Float64Array;
  /** The two ordered pairs of atoms most like the points, i n + j; −1: none. */
  readonly #pairs: Int32Array = new Int32Array(2);

  constructor(points: Float64Array, own: ArrayLike<number>, species: ArrayLike<number>, [a, b]: [number, number]) {
    this.#species = Int32Array.from(species);
    this.#turned = new Float64Array(3 * species.length);
    this.#target = Float64Array.of(dot(points, a, a), dot(points, b, b), dot(points, a, b), own[a], own[b]);
    // Points that the frame is not made of, and far ones, tell most.
    const order = Array.from({ length: own.length }, (_, i) => i);
    const rank = (i: number): number => (i === a || i === b ? 0 : dot(points, i, i));
    order.sort((i, j) => rank(j) - rank(i));
    this.#own = Int32Array.from(order, (i) => own[i]);
    this.#framed = new Float64Array(points.length);
    fillFrame(points, 0, a, b, this.#frame);
    turn(this.#frame, Float64Array.from(order.flatMap((i) => [...points.subarray(3 * i, 3 * i + 3)])), 0, this.#framed);
  }

  /** Of motif m of all, if it is below the limit; otherwise a number that is not. */
  misfit(all: Float64Array, products: Float64Array, m: number, limit: number): number {
    const n = this.#species.length;
    this.#findPairs(products, n * n * m);
    let least = limit;
    for (let k = 0; k < 2 && this.#pairs[k] >= 0; k++) {
      fillFrame(all, 3 * n * m, Math.floor(this.#pairs[k] / n), this.#pairs[k] % n, this.#frame);
      turn(this.#frame, all, 3 * n * m, this.#turned);
      least = Math.min(least, this.#closest(least));
    }
    return least;
  }

  #findPairs(products: Float64Array, from: number): void {
    const target = this.#target;
    const species = this.#species;
    const n = species.length;
    let first = -1;
    let next = -1;
    let least = Infinity;
    let second = Infinity;
    for (let i = 0; i < n; i++) {
      const difference = products[from + (n + 1) * i] - target[0];
      const ii = difference * difference;
      if (ii >= second || species[i] !== target[3]) continue;
      for (let j = 0; j < n; j++) {
        const square = products[from + (n + 1) * j] - target[1];
        const product = products[from + n * i + j] - target[2];
        const misfit = ii + square * square + 2 * product * product;
        if (misfit >= second || i === j || species[j] !== target[4]) continue;
        if (misfit < least) {
          second = least;
          least = misfit;
          next = first;
          first = n * i + j;
        } else {
          second = misfit;
          next = n * i + j;
        }
      }
    }
    this.#pairs[0] = first;
    this.#pairs[1] = next;
  }

  /** The mirror image of a pair of atoms lies on the same axes with the third coordinates reversed. */
  #closest(limit: number): number {
    const framed = this.#framed;
    const turned = this.#turned;
    const own = this.#own;
    const species = this.#species;
    let straight = 0;
    let mirrored = 0;
    for (let i = 0; i < own.length && (straight < limit || mirrored < limit); i++) {
      const x = framed[3 * i];
      const y = framed[3 * i + 1];
      const z = framed[3 * i + 2];
      const code = own[i];
      let least = Infinity;
      let other = Infinity;
      for (let j = 0; j < species.length; j++) {
        if (species[j] !== code) continue;
        const dx = x - turned[3 * j];
        const dy = y - turned[3 * j + 1];
        const plane = dx * dx + dy * dy;
        const below = z - turned[3 * j + 2];
        const above = z + turned[3 * j + 2];
        const square = plane + below * below;
        const reversed = plane + above * above;
        if (square < least) least = square;
        if (reversed < other) other = reversed;
      }
      straight += least;
      mirrored += other;
    }
    return Math.min(straight, mirrored);
  }
}

/**
 * The `wanted` motifs (n×3 each, Å) that most probably lie best on some points (k×3, k ≥ 3, Å), most promising first.
 *
 * Two atoms are laid on the two points that span the largest triangle with the origin, those most like them in their
 * products, in both mirror images; then Σ of squared distances from each point to the closest atom is what counts. The
 * same with the next such two points, without one of the first.
 *
 * @param products M × n × n, of the motifs' atoms, Å²
 * @param own species of the points
 * @param species species of the n atoms
 */
export function rankQuickly(
  all: Float64Array,
  products: Float64Array,
  points: Float64Array,
  own: ArrayLike<number>,
  species: ArrayLike<number>,
  wanted: number,
): number[] {
  const pair = widestPair(points, -1);
  const fits = [pair, widestPair(points, pair[0])].map((two) => new QuickFit(points, own, species, two));
  const misfits: number[] = [];
  const ranked: number[] = [];
  for (let m = 0; m < all.length / (3 * species.length); m++) {
    const limit = ranked.length < wanted ? Infinity : misfits[wanted - 1];
    let misfit = limit;
    for (const fit of fits) misfit = fit.misfit(all, products, m, misfit);
    if (ranked.length === wanted && misfit >= limit) continue;
    let at = Math.min(ranked.length, wanted - 1);
    for (; at > 0 && misfits[at - 1] > misfit; at--) {
      misfits[at] = misfits[at - 1];
      ranked[at] = ranked[at - 1];
    }
    misfits[at] = misfit;
    ranked[at] = m;
  }
  return ranked;
}

/** Products xᵢ·xⱼ of the atoms of M motifs, M × n × n, Å². */
export function innerProducts(all: Float64Array, n: number): Float64Array {
  const products = new Float64Array((all.length * n) / 3);
  for (let i = 0, at = 0; at < products.length; i++) {
    for (let j = i - (i % n), k = 0; k < n; k++) products[at++] = dot(all, i, j + k);
  }
  return products;
}

/** The two points, neither of them `without`, that span the largest triangle with the origin. */
function widestPair(x: Float64Array, without: number): [number, number] {
  let pair: [number, number] = [0, 1];
  let widest = -1;
  for (let i = 0; i < x.length / 3; i++) {
    for (let j = 0; j < i; j++) {
      if (i === without || j === without) continue;
      const area = dot(x, i, i) * dot(x, j, j) - dot(x, i, j) ** 2;
      if (area > widest) [widest, pair] = [area, [i, j]];
    }
  }
  return pair;
}

/** Axes of two directions u and v as rows: along u + v, u − v and u × v. */
function fillFrame(x: Float64Array, from: number, i: number, j: number, frame: Float64Array): void {
  const p = from + 3 * i;
  const q = from + 3 * j;
  const ri = Math.sqrt(x[p] * x[p] + x[p + 1] * x[p + 1] + x[p + 2] * x[p + 2]) || 1;
  const rj = Math.sqrt(x[q] * x[q] + x[q + 1] * x[q + 1] + x[q + 2] * x[q + 2]) || 1;
  for (let c = 0; c < 3; c++) {
    const u = x[p + c] / ri;
    const v = x[q + c] / rj;
    frame[c] = u + v;
    frame[3 + c] = u - v;
  }
  for (let row = 0; row < 6; row += 3) {
    const scale = 1 / (Math.sqrt(frame[row] ** 2 + frame[row + 1] ** 2 + frame[row + 2] ** 2) || 1);
    for (let c = row; c < row + 3; c++) frame[c] *= scale;
  }
  frame[6] = frame[1] * frame[5] - frame[2] * frame[4];
  frame[7] = frame[2] * frame[3] - frame[0] * frame[5];
  frame[8] = frame[0] * frame[4] - frame[1] * frame[3];
}

/** Writes points from `from` on, as many as `out` holds, along the axes. */
function turn(frame: Float64Array, points: Float64Array, from: number, out: Float64Array): void {
  for (let at = 0; at < out.length; at += 3) {
    const x = points[from + at];
    const y = points[from + at + 1];
    const z = points[from + at + 2];
    out[at] = frame[0] * x + frame[1] * y + frame[2] * z;
    out[at + 1] = frame[3] * x + frame[4] * y + frame[5] * z;
    out[at + 2] = frame[6] * x + frame[7] * y + frame[8] * z;
  }
}

function dot(x: Float64Array, i: number, j: number): number {
  return x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
}
