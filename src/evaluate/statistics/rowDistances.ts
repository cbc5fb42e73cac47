/** Squared Euclidean distances between rows of features, and the nearest of them. */

/** Writes the squared distance of each row of `dimension` numbers from row i of `points`. */
export function squaredDistances(
  rows: Float64Array,
  dimension: number,
  points: Float64Array,
  i: number,
  squares: Float64Array,
): void {
  const from = i * dimension;
  for (let row = 0, at = 0; row < squares.length; row++) {
    let sum = 0;
    for (let d = 0; d < dimension; d++, at++) {
      const difference = points[from + d] - rows[at];
      sum += difference * difference;
    }
    squares[row] = sum;
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
