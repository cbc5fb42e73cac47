/**
 * The exact search under `motifDistance`: the relabelling and rotation of least ‖X − QX'π‖² by branch and bound.
 * Nothing allocated per pair; inputs are checked by the caller.
 *
 * Rows of X are placed one after the other, farthest from the center first. A partial placement of k rows costs at
 * least its own best rotation, ‖X_k‖² + ‖X'_k‖² − 2s with s the sum of the singular values of H = X_kᵀX'_k, and the
 * rest at least Σ (r − r')² in sorted order, because |x − Qx'| ≥ ||x| − |x'||. Against a library, nearly every motif
 * is dismissed at the second or third row, by a test of whether s can be large enough that needs no iteration.
 */

import { singularSum } from '../singularSum';

/** Motifs made ready for matching: rows sorted by distance from the center, farthest first. */
export interface PreparedMotifs {
  n: number;
  length: number;
  /** M × n × 3, Å. */
  points: Float64Array;
  /** M × n, Å, descending. */
  radii: Float64Array;
  /** M × n × n dot products, Å². */
  dots: Float64Array;
  /** M × n × n areas |xᵢ × xⱼ|, Å². */
  areas: Float64Array;
  /** Row of the original motif, M × n. */
  rows: Int32Array;
}

/** Sorts the rows of M motifs (M × n × 3, Å) for {@link Matcher}. */
export function prepareMotifs(positions: Float64Array, n: number): PreparedMotifs {
  const length = positions.length / (3 * n);
  const points = new Float64Array(positions.length);
  const radii = new Float64Array(length * n);
  const rows = new Int32Array(length * n);
  const dots = new Float64Array(length * n * n);
  const areas = new Float64Array(length * n * n);
  for (let m = 0; m < length; m++) {
    const x = positions.subarray(3 * n * m, 3 * n * (m + 1));
    const r = Array.from({ length: n }, (_, i) => Math.hypot(x[3 * i], x[3 * i + 1], x[3 * i + 2]));
    const order = r.map((_, i) => i).sort((i, j) => r[j] - r[i] || i - j);
    order.forEach((i, k) => {
      points.set(x.subarray(3 * i, 3 * i + 3), 3 * (n * m + k));
      radii[n * m + k] = r[i];
      rows[n * m + k] = i;
      order.forEach((j, l) => {
        const dot = x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
        dots[n * n * m + n * k + l] = dot;
        areas[n * n * m + n * k + l] = Math.sqrt(Math.max(0, (r[i] * r[j]) ** 2 - dot * dot));
      });
    });
  }
  return { n, length, points, radii, dots, areas, rows };
}

/** One motif as the search walks through it. */
export interface SearchOrder extends PreparedMotifs {
  /** n × n: line k holds the distances from the center of the rows from k on, descending. */
  rest: Float64Array;
}

/** Motif m, its rows as prepared. */
export function searchOrder(motifs: PreparedMotifs, m: number): SearchOrder {
  const { n, points, radii, dots, areas, rows } = motifs;
  const part = (values: Float64Array, stride: number): Float64Array => values.subarray(stride * m, stride * (m + 1));
  const rest = new Float64Array(n * n);
  for (let k = 0; k < n; k++) rest.set(radii.subarray(n * m + k, n * (m + 1)), n * k);
  return {
    n,
    length: 1,
    points: part(points, 3 * n),
    radii: part(radii, n),
    dots: part(dots, n * n),
    areas: part(areas, n * n),
    rows: rows.subarray(n * m, n * (m + 1)),
    rest,
  };
}

/** Matches motifs of one n; holds the memory of the search. */
export class Matcher {
  /** After a match below the limit: the prepared row of the second motif on each prepared row of the first. */
  readonly labels: Int32Array;
  readonly #n: number;
  readonly #reflections: boolean;
  readonly #path: Int32Array;
  /** Cross-covariance of each depth's partial placement, 9 numbers each. */
  readonly #covariances: Float64Array;
  /** Children of each depth that are still open, their bounds, and of these the part of the rows already placed. */
  readonly #candidates: Int32Array;
  readonly #bounds: Float64Array;
  readonly #placed: Float64Array;
  /** Free rows of the second motif, and the least cost of the rows after each, see `#listFree`. */
  readonly #free: Int32Array;
  readonly #after: Float64Array;
  /** In: an upper bound of the sum of singular values, and the value it must reach. Out: the sum. Spares boxed numbers. */
  readonly #ends: Float64Array = new Float64Array(2);
  /** The two motifs: prepared arrays, and the index of their first row in them. */
  #x!: SearchOrder;
  #y!: PreparedMotifs;
  #fromY = 0;
  #best = 0;

  /** Without reflections only proper rotations count. */
  constructor(n: number, reflections: boolean) {
    this.#n = n;
    this.#reflections = reflections;
    this.labels = new Int32Array(n);
    this.#path = new Int32Array(n);
    this.#covariances = new Float64Array(9 * (n + 1));
    this.#candidates = new Int32Array(n * n * n);
    this.#bounds = new Float64Array(n * n * n);
    this.#placed = new Float64Array(n * n * n);
    this.#free = new Int32Array(n);
    this.#after = new Float64Array(n);
  }

  /**
   * Least ‖X − QX'π‖² of x and motif m of y, Å², if it is below `limit`; otherwise `limit`.
   */
  match(x: SearchOrder, y: PreparedMotifs, m: number, limit: number): number {
    this.#x = x;
    this.#y = y;
    this.#fromY = m * this.#n;
    this.#best = limit;
    if (this.#n === 1) this.#matchOne();
    else this.#matchPairs();
    return this.#best;
  }

  #matchOne(): void {
    const cost = (this.#x.radii[0] - this.#y.radii[this.#fromY]) ** 2;
    if (cost >= this.#best) return;
    this.#best = cost;
    this.labels[0] = 0;
  }

  /** The first two rows at once: s² = ‖H‖² + 2 ‖cof H‖, which Gram entries and areas give without H. */
  #matchPairs(): void {
    const n = this.#n;
    const best = this.#best;
    const { dots, areas, radii } = this.#y;
    const fromY = this.#fromY;
    const r0 = this.#x.radii[0];
    const r1 = this.#x.radii[1];
    const dot = this.#x.dots[1];
    const area = this.#x.areas[1];
    let count = 0;
    for (let j = 0; j < n; j++) {
      const rj = radii[fromY + j];
      const first = (r0 - rj) * (r0 - rj);
      if (first >= best) continue;
      const start = n * (fromY + j);
      for (let k = 0; k < n; k++) {
        const rk = radii[fromY + k];
        if (k === j || first + (r1 - rk) * (r1 - rk) >= best) continue;
        const total = r0 * r0 + r1 * r1 + rj * rj + rk * rk;
        const square = r0 * r0 * rj * rj + r1 * r1 * rk * rk + 2 * (dot * dots[start + k] + area * areas[start + k]);
        const placed = Math.max(0, total - 2 * Math.sqrt(square));
        if (placed >= best) continue;
        const bound = placed + this.#radialRest(2, (1 << j) | (1 << k));
        if (bound >= best) continue;
        this.#candidates[count] = n * j + k;
        this.#placed[count] = placed;
        this.#bounds[count++] = bound;
      }
    }
    if (count > 0) this.#followPairs(count, r0 * r0 + r1 * r1);
  }

  #followPairs(count: number, norms: number): void {
    const n = this.#n;
    for (let c = 0; c < count; c++) {
      const bound = this.#takeLeast(0, c, count);
      if (bound >= this.#best) return;
      const j = Math.floor(this.#candidates[c] / n);
      const k = this.#candidates[c] % n;
      this.#path[0] = j;
      this.#path[1] = k;
      if (n === 2) {
        this.#accept(bound);
        return;
      }
      const rj = this.#y.radii[this.#fromY + j];
      const rk = this.#y.radii[this.#fromY + k];
      this.#extend(0, j);
      this.#extend(1, k);
      this.#place(2, (1 << j) | (1 << k), norms + rj * rj + rk * rk, this.#placed[c]);
    }
  }

  /** Places row `depth` on every free row of the second motif that may lead below the best, most promising first. */
  #place(depth: number, used: number, norms: number, placed: number): void {
    const n = this.#n;
    const base = depth * n * n;
    const count = this.#listChildren(depth, used, norms, placed);
    for (let c = 0; c < count; c++) {
      const bound = this.#takeLeast(base, c, count);
      if (bound >= this.#best) return;
      const j = this.#candidates[base + c];
      this.#path[depth] = j;
      if (depth === n - 1) {
        this.#accept(bound);
        return;
      }
      const rx = this.#x.radii[depth];
      const ry = this.#y.radii[this.#fromY + j];
      this.#extend(depth, j);
      this.#place(depth + 1, used | (1 << j), norms + rx * rx + ry * ry, this.#placed[base + c]);
    }
  }

  #listChildren(depth: number, used: number, norms: number, placed: number): number {
    const n = this.#n;
    const base = depth * n * n;
    const best = this.#best;
    const ends = this.#ends;
    const rx = this.#x.radii[depth];
    const free = this.#listFree(depth, used);
    let before = 0;
    let count = 0;
    for (let c = 0; c < free; c++) {
      const j = this.#free[c];
      const ry = this.#y.radii[this.#fromY + j];
      const rest = before + this.#after[c];
      if (c + 1 < free) before += (this.#x.rest[n * (depth + 1) + c] - ry) ** 2;
      if (placed + (rx - ry) * (rx - ry) + rest >= best) continue;
      this.#extend(depth, j);
      const total = norms + rx * rx + ry * ry;
      ends[0] = total / 2;
      ends[1] = (total + rest - best) / 2;
      if (!singularSum(this.#covariances, 9 * (depth + 1), this.#reflections, ends)) continue;
      const cost = Math.max(0, total - 2 * ends[0]);
      this.#candidates[base + count] = j;
      this.#placed[base + count] = cost;
      this.#bounds[base + count++] = rest + cost;
    }
    return count;
  }

  /**
   * Lists the free rows, and how the rows after `depth` differ at least if the c-th of them is taken: the free rows
   * before it keep their places in the order (summed up by the caller), those after it move up one, `#after[c]`.
   */
  #listFree(depth: number, used: number): number {
    const n = this.#n;
    let free = 0;
    for (let j = 0; j < n; j++) if ((used & (1 << j)) === 0) this.#free[free++] = j;
    this.#after[free - 1] = 0;
    for (let c = free - 2; c >= 0; c--) {
      const difference = this.#x.rest[n * (depth + 1) + c] - this.#y.radii[this.#fromY + this.#free[c + 1]];
      this.#after[c] = this.#after[c + 1] + difference * difference;
    }
    return free;
  }

  #accept(cost: number): void {
    this.#best = cost;
    this.labels.set(this.#path);
  }

  /** Moves the child of least bound to place c; returns that bound. */
  #takeLeast(base: number, c: number, count: number): number {
    let least = c;
    for (let k = c + 1; k < count; k++) {
      if (this.#bounds[base + k] < this.#bounds[base + least]) least = k;
    }
    const bound = this.#bounds[base + least];
    const candidate = this.#candidates[base + least];
    this.#bounds[base + least] = this.#bounds[base + c];
    this.#candidates[base + least] = this.#candidates[base + c];
    this.#bounds[base + c] = bound;
    this.#candidates[base + c] = candidate;
    const placed = this.#placed[base + least];
    this.#placed[base + least] = this.#placed[base + c];
    this.#placed[base + c] = placed;
    return bound;
  }

  /** Cross-covariance of the next depth: this depth's plus x yᵀ. Unrolled: half of all time is spent here and below. */
  #extend(depth: number, j: number): void {
    const h = this.#covariances;
    const from = 9 * depth;
    const a = 3 * depth;
    const b = 3 * (this.#fromY + j);
    const x = this.#x.points[a];
    const y = this.#x.points[a + 1];
    const z = this.#x.points[a + 2];
    const u = this.#y.points[b];
    const v = this.#y.points[b + 1];
    const w = this.#y.points[b + 2];
    h[from + 9] = h[from] + x * u;
    h[from + 10] = h[from + 1] + x * v;
    h[from + 11] = h[from + 2] + x * w;
    h[from + 12] = h[from + 3] + y * u;
    h[from + 13] = h[from + 4] + y * v;
    h[from + 14] = h[from + 5] + y * w;
    h[from + 15] = h[from + 6] + z * u;
    h[from + 16] = h[from + 7] + z * v;
    h[from + 17] = h[from + 8] + z * w;
  }

  /** Σ (r − r')² of the rows from `depth` on and the free rows, both in descending order: the least there is. */
  #radialRest(depth: number, used: number): number {
    const n = this.#n;
    const x = this.#x.rest;
    const y = this.#y.radii;
    let sum = 0;
    let j = this.#fromY;
    let free = ~used;
    for (let i = n * depth; i < n * depth + n - depth; i++) {
      while ((free & 1) === 0) {
        free >>= 1;
        j++;
      }
      const difference = x[i] - y[j];
      sum += difference * difference;
      free >>= 1;
      j++;
    }
    return sum;
  }
}
