/** Squared Euclidean distances between rows of features, and the nearest of them. */

import { laneKernel } from './laneKernel';

/** Rows that distances are sought from, four at a time: one sum alone waits for each of its additions. */
export interface RowsInFours {
  dimension: number;
  count: number;
  /** Feature d of row 4b + k at 4 (b · dimension + d) + k; the last four are filled up with zeros. */
  values: Float64Array;
}

export function rowsInFours(values: Float64Array, dimension: number): RowsInFours {
  const count = values.length / dimension;
  const fours = new Float64Array(4 * Math.ceil(count / 4) * dimension);
  for (let i = 0, from = 0; i < count; i++) {
    let to = 4 * (i >> 2) * dimension + (i & 3);
    for (let d = 0; d < dimension; d++, to += 4) fours[to] = values[from++];
  }
  return { dimension, count, values: fours };
}

/** Room for {@link squaredDistances}: one number a row, and those that fill up the last four. */
export function distancesOf({ count }: RowsInFours): Float64Array {
  return new Float64Array(4 * Math.ceil(count / 4));
}

/** Writes the squared distance of each row from row i of `points`, features being added in their order. */
export function squaredDistances(rows: RowsInFours, points: Float64Array, i: number, squares: Float64Array): void {
  const point = points.subarray(i * rows.dimension, (i + 1) * rows.dimension);
  const kernel = laneKernel();
  if (kernel) kernel.rowDistances(rows, rows.values, point, squares);
  else plainDistances(rows.values, point, squares);
}

/** The same in plain TypeScript. */
export function plainDistances(values: Float64Array, point: Float64Array, squares: Float64Array): void {
  for (let row = 0, at = 0; row < squares.length; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let p = 0; p < point.length; p++, at += 4) {
      const x = point[p];
      a += (x - values[at]) ** 2;
      b += (x - values[at + 1]) ** 2;
      c += (x - values[at + 2]) ** 2;
      d += (x - values[at + 3]) ** 2;
    }
    squares[row] = a;
    squares[row + 1] = b;
    squares[row + 2] = c;
    squares[row + 3] = d;
  }
}

/** The k least of the squares added, ascending, of equal ones the first; and what was added with them. */
export class NearestList {
  readonly squares: Float64Array;
  readonly items: Int32Array;
  /** The k-th least square, infinite as long as there are fewer. */
  farthest: number = Number.POSITIVE_INFINITY;

  constructor(k: number) {
    this.squares = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
    this.items = new Int32Array(k).fill(-1);
  }

  clear(): void {
    this.squares.fill(Number.POSITIVE_INFINITY);
    this.items.fill(-1);
    this.farthest = Number.POSITIVE_INFINITY;
  }

  /** Adds one whose square is below {@link farthest}. */
  add(square: number, item: number): void {
    const { squares, items } = this;
    let place = squares.length - 1;
    for (; place > 0 && squares[place - 1] > square; place--) {
      squares[place] = squares[place - 1];
      items[place] = items[place - 1];
    }
    squares[place] = square;
    items[place] = item;
    this.farthest = squares[squares.length - 1];
  }
}
