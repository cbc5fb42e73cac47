/**
 * Orthogonal factors Q (9 entries, row-major) that minimize ‖X − X'Q‖ over rotations and reflections, for each pair of
 * n×3 samples (rows are atoms): with X'ᵀX = UΣVᵀ, Q = UVᵀ (Schönemann, Psychometrika 31, 1 (1966),
 * doi:10.1007/BF02289451).
 *
 * Where the samples are planar or collinear, Q is one of several minimizers.
 */
export function orthogonalFactors(reference: Float32Array, moving: Float32Array, n: number): Float32Array {
  const size = reference.length / (3 * n);
  const factors = new Float32Array(9 * size);
  const covariance = new Float64Array(9);
  for (let s = 0; s < size; s++) {
    covariance.fill(0);
    for (let k = 3 * n * s; k < 3 * n * (s + 1); k += 3) {
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) covariance[3 * i + j] += moving[k + i] * reference[k + j];
    }
    factors.set(polarFactor(covariance), 9 * s);
  }
  return factors;
}

/** The orthogonal factor UVᵀ of a 3×3 matrix UΣVᵀ (row-major), by one-sided Jacobi rotations; any rank. */
export function polarFactor(matrix: ArrayLike<number>): Float64Array {
  // Columns of A and V as vectors; the rotations make A's columns orthogonal: A V = U Σ.
  const a = [0, 1, 2].map((k) => [matrix[k], matrix[3 + k], matrix[6 + k]]);
  const v = [0, 1, 2].map((k) => [0, 1, 2].map((i) => (i === k ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++) {
    let rotated = false;
    for (const [p, q] of COLUMN_PAIRS) rotated = orthogonalize(a, v, p, q) || rotated;
    if (!rotated) break;
  }
  const order = [0, 1, 2].sort((i, j) => dot(a[j], a[j]) - dot(a[i], a[i]));
  const u = completeBasis(order.map((k) => a[k]));
  const factor = new Float64Array(9);
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) factor[3 * i + j] += u[k][i] * v[order[k]][j];
  }
  return factor;
}

type Vector = number[];

const COLUMN_PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
];

/** Makes columns p and q of `a` orthogonal by a plane rotation, applied to `v` too; false if they already were. */
function orthogonalize(a: Vector[], v: Vector[], p: number, q: number): boolean {
  const product = dot(a[p], a[q]);
  const pp = dot(a[p], a[p]);
  const qq = dot(a[q], a[q]);
  if (Math.abs(product) <= 1e-15 * Math.sqrt(pp * qq)) return false;
  const zeta = (qq - pp) / (2 * product);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  for (const columns of [a, v]) {
    for (let i = 0; i < 3; i++) {
      const held = columns[p][i];
      columns[p][i] = c * (held - t * columns[q][i]);
      columns[q][i] = c * (t * held + columns[q][i]);
    }
  }
  return true;
}

/** Unit vectors along orthogonal columns of falling length; those of length (nearly) zero are filled in. */
function completeBasis(columns: Vector[]): Vector[] {
  const longest = Math.sqrt(dot(columns[0], columns[0]));
  if (longest === 0) {
    return [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
  }
  const first = columns[0].map((x) => x / longest);
  const tiny = 1e-12 * longest;
  const second = unit(dot(columns[1], columns[1]) > tiny * tiny ? columns[1] : perpendicular(first));
  const third = dot(columns[2], columns[2]) > tiny * tiny ? unit(columns[2]) : cross(first, second);
  return [first, second, third];
}

function perpendicular(vector: Vector): Vector {
  const smallest = vector.map(Math.abs).indexOf(Math.min(...vector.map(Math.abs)));
  return cross(
    vector,
    [0, 1, 2].map((i) => (i === smallest ? 1 : 0)),
  );
}

function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((x) => x / length);
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
