/** Optimal assignment on flat arrays, nothing allocated per call. Inputs are checked by the caller. */

/** Memory for one caller of {@link assignCheapest}. */
export interface AssignmentWork {
  /** The row that has each column, −1 if none; m. */
  rows: Int32Array;
  /** What rows and columns cost by themselves, their dual variables: costs minus both are nowhere negative. */
  rowPrices: Float64Array;
  columnPrices: Float64Array;
  /** Of one search: length of the shortest path to each column, the column before it, whether that is final. */
  lengths: Float64Array;
  before: Int32Array;
  final: Uint8Array;
}

/** Fresh {@link AssignmentWork} for n rows and m columns. */
export function assignmentWork(n: number, m: number): AssignmentWork {
  return {
    rows: new Int32Array(m),
    rowPrices: new Float64Array(n),
    columnPrices: new Float64Array(m),
    lengths: new Float64Array(m),
    before: new Int32Array(m),
    final: new Uint8Array(m),
  };
}

/**
 * Gives each of n rows a column of its own, of m ≥ n, at the least sum of costs: the column of each row into `labels`.
 *
 * Rows take their cheapest columns while these are free; each other one is led to a free column by the shortest path
 * over columns that change hands (R. Jonker & A. Volgenant, Computing 38, 325 (1987), doi:10.1007/BF02278710).
 *
 * @param costs n×m, row-major, finite
 */
export function assignCheapest(
  costs: Float64Array,
  n: number,
  m: number,
  labels: Int32Array,
  work: AssignmentWork,
): void {
  const { rows, rowPrices, columnPrices } = work;
  rows.fill(-1);
  columnPrices.fill(0);
  let open = 0;
  for (let i = 0; i < n; i++) {
    let cheapest = 0;
    for (let j = 1; j < m; j++) if (costs[m * i + j] < costs[m * i + cheapest]) cheapest = j;
    rowPrices[i] = costs[m * i + cheapest];
    labels[i] = -1;
    if (rows[cheapest] < 0) {
      rows[cheapest] = i;
      labels[i] = cheapest;
    } else open++;
  }
  for (let i = 0; open > 0; i++) {
    if (labels[i] >= 0) continue;
    changeHands(searchPath(costs, m, i, work), i, labels, work);
    open--;
  }
}

/** {@link assignCheapest} into fresh memory. */
export function assign(costs: Float64Array, n: number, m: number): Int32Array {
  const labels = new Int32Array(n);
  assignCheapest(costs, n, m, labels, assignmentWork(n, m));
  return labels;
}

/** Walks from a row without a column to the nearest free one, updates prices, returns that column (Dijkstra). */
function searchPath(costs: Float64Array, m: number, start: number, work: AssignmentWork): number {
  const { rows, rowPrices, columnPrices, lengths, before, final } = work;
  lengths.fill(Infinity);
  final.fill(0);
  let row = start;
  let column = -1;
  let length = 0;
  while (row >= 0) {
    const base = length - rowPrices[row];
    let nearest = -1;
    for (let j = 0; j < m; j++) {
      if (final[j] === 1) continue;
      const through = base + costs[m * row + j] - columnPrices[j];
      if (through < lengths[j]) {
        lengths[j] = through;
        before[j] = column;
      }
      if (nearest < 0 || lengths[j] < lengths[nearest]) nearest = j;
    }
    column = nearest;
    length = lengths[column];
    final[column] = 1;
    row = rows[column];
  }
  rowPrices[start] += length;
  for (let j = 0; j < m; j++) {
    if (final[j] === 0 || j === column) continue;
    rowPrices[rows[j]] += length - lengths[j];
    columnPrices[j] -= length - lengths[j];
  }
  return column;
}

/**
 * Each row on the path that ends in `column` takes the column after its own, from the end back to the row it began
 * with.
 */
function changeHands(column: number, start: number, labels: Int32Array, { rows, before }: AssignmentWork): void {
  for (let to = column; to >= 0; to = before[to]) {
    const row = before[to] < 0 ? start : rows[before[to]];
    rows[to] = row;
    labels[row] = to;
  }
}
