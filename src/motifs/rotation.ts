/**
 * The rotation kernel under `synchronize`: flat arrays, nothing allocated per call, no input checks.
 *
 * The best rotation is the leading eigenvector, as a quaternion, of a symmetric 4×4 matrix (Horn, J. Opt. Soc. Am. A 4,
 * 629 (1987), doi:10.1364/JOSAA.4.000629). Chosen over an SVD of the 3×3 covariance because any unit quaternion is an
 * exact rotation: coplanar, collinear and zero input need no cases of their own. Jacobi rather than the quicker Newton
 * iteration on the quartic, which loses half the digits where eigenvalues meet.
 */

const MAX_SWEEPS = 30;

/** Memory for one caller of {@link solveRotation}. */
export interface RotationWork {
  /** Σ w xᵢ yᵢᵀ, 3×3 row-major: rows the reference x, columns the moving y. */
  covariance: Float64Array;
  /** Q of min Σ w |xᵢ − Q yᵢ|², 3×3 row-major, acting on columns. */
  rotation: Float64Array;
  /** Σ w xᵢ · Q yᵢ at that Q, so that the least sum of squares is Σ w (|xᵢ|² + |yᵢ|²) − 2 overlap. */
  overlap: number;
  matrix: Float64Array;
  vectors: Float64Array;
}

/** Fresh {@link RotationWork}, everything zero. */
export function rotationWork(): RotationWork {
  return {
    covariance: new Float64Array(9),
    rotation: new Float64Array(9),
    overlap: 0,
    matrix: new Float64Array(16),
    vectors: new Float64Array(16),
  };
}

/**
 * Fills `work.rotation` from `work.covariance`.
 *
 * With reflections, the improper optimum is minus the rotation of the smallest eigenvector, and it is taken only if it
 * is truly better: coplanar points, where both fit alike, get the proper one.
 */
export function solveRotation(work: RotationWork, reflections: boolean): void {
  const { matrix: a, vectors: v, covariance: h } = work;
  let scale = 0;
  for (let k = 0; k < 9; k++) scale = Math.max(scale, Math.abs(h[k]));
  fillMatrix(h, scale > 0 ? 1 / scale : 0, a);
  diagonalize(a, v);
  let largest = 0;
  let smallest = 0;
  for (let k = 1; k < 4; k++) {
    if (a[5 * k] > a[5 * largest]) largest = k;
    if (a[5 * k] < a[5 * smallest]) smallest = k;
  }
  const improper = reflections && -a[5 * smallest] > a[5 * largest] * (1 + 1e-12);
  work.overlap = scale * (improper ? -a[5 * smallest] : a[5 * largest]);
  writeRotation(v, improper ? smallest : largest, improper ? -1 : 1, work.rotation);
}

/** The symmetric matrix whose leading eigenvector is the rotation, of the covariance times s. */
function fillMatrix(h: Float64Array, s: number, a: Float64Array): void {
  const [xx, yx, zx, xy, yy, zy] = [s * h[0], s * h[1], s * h[2], s * h[3], s * h[4], s * h[5]];
  const [xz, yz, zz] = [s * h[6], s * h[7], s * h[8]];
  a[0] = xx + yy + zz;
  a[1] = a[4] = yz - zy;
  a[2] = a[8] = zx - xz;
  a[3] = a[12] = xy - yx;
  a[5] = xx - yy - zz;
  a[6] = a[9] = xy + yx;
  a[7] = a[13] = zx + xz;
  a[10] = yy - xx - zz;
  a[11] = a[14] = yz + zy;
  a[15] = zz - xx - yy;
}

/** Cyclic Jacobi: `a` becomes diagonal, the columns of `v` its eigenvectors. */
function diagonalize(a: Float64Array, v: Float64Array): void {
  v.fill(0);
  let scale = 0;
  for (let i = 0; i < 4; i++) v[5 * i] = 1;
  for (let i = 0; i < 16; i++) scale += a[i] * a[i];
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const off = a[1] * a[1] + a[2] * a[2] + a[3] * a[3] + a[6] * a[6] + a[7] * a[7] + a[11] * a[11];
    // Squared: entries 1e-17 of the norm move no eigenvector that double precision could hold.
    if (off <= 1e-34 * scale) return;
    for (let p = 0; p < 3; p++) {
      for (let q = p + 1; q < 4; q++) annihilate(a, v, p, q);
    }
  }
}

/** One Jacobi rotation, which makes a[p][q] zero (Golub & Van Loan, Matrix Computations, §8.5). */
function annihilate(a: Float64Array, v: Float64Array, p: number, q: number): void {
  const apq = a[4 * p + q];
  if (apq === 0) return;
  const tau = (a[5 * q] - a[5 * p]) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  a[5 * p] -= t * apq;
  a[5 * q] += t * apq;
  a[4 * p + q] = a[4 * q + p] = 0;
  for (let k = 0; k < 4; k++) {
    if (k !== p && k !== q) {
      const akp = a[4 * k + p];
      const akq = a[4 * k + q];
      a[4 * k + p] = a[4 * p + k] = c * akp - s * akq;
      a[4 * k + q] = a[4 * q + k] = s * akp + c * akq;
    }
    const vkp = v[4 * k + p];
    const vkq = v[4 * k + q];
    v[4 * k + p] = c * vkp - s * vkq;
    v[4 * k + q] = s * vkp + c * vkq;
  }
}

/** The rotation of the quaternion in a column of `v`, of any length, times a sign. */
function writeRotation(v: Float64Array, column: number, sign: number, rotation: Float64Array): void {
  const [w, x, y, z] = [v[column], v[4 + column], v[8 + column], v[12 + column]];
  const norm = 1 / Math.sqrt(w * w + x * x + y * y + z * z);
  setRotation(rotation, w * norm, x * norm, y * norm, z * norm, sign);
}

/** The rotation of a unit quaternion, times a sign. */
export function setRotation(rotation: Float64Array, w: number, x: number, y: number, z: number, sign = 1): void {
  rotation[0] = sign * (1 - 2 * (y * y + z * z));
  rotation[1] = sign * 2 * (x * y - w * z);
  rotation[2] = sign * 2 * (x * z + w * y);
  rotation[3] = sign * 2 * (x * y + w * z);
  rotation[4] = sign * (1 - 2 * (x * x + z * z));
  rotation[5] = sign * 2 * (y * z - w * x);
  rotation[6] = sign * 2 * (x * z - w * y);
  rotation[7] = sign * 2 * (y * z + w * x);
  rotation[8] = sign * (1 - 2 * (x * x + y * y));
}

/**
 * Σ w xᵢ yᵢᵀ into `work.covariance`, for n reference rows i and moving rows labels[i] (i itself without labels).
 * `weights` absent means 1.
 */
export function accumulateCovariance(
  work: RotationWork,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  n: number,
  weights?: ArrayLike<number>,
  labels?: ArrayLike<number>,
): void {
  let [xx, xy, xz, yx, yy, yz, zx, zy, zz] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const p = 3 * i;
    const q = 3 * (labels === undefined ? i : labels[i]);
    const w = weights === undefined ? 1 : weights[i];
    const [ax, ay, az] = [w * x[p], w * x[p + 1], w * x[p + 2]];
    const [bx, by, bz] = [y[q], y[q + 1], y[q + 2]];
    xx += ax * bx;
    xy += ax * by;
    xz += ax * bz;
    yx += ay * bx;
    yy += ay * by;
    yz += ay * bz;
    zx += az * bx;
    zy += az * by;
    zz += az * bz;
  }
  const h = work.covariance;
  h[0] = xx;
  h[1] = xy;
  h[2] = xz;
  h[3] = yx;
  h[4] = yy;
  h[5] = yz;
  h[6] = zx;
  h[7] = zy;
  h[8] = zz;
}

/** Q yⱼ for each row of `out`; labels as in {@link accumulateCovariance}. */
export function rotateInto(
  rotation: Float64Array,
  y: ArrayLike<number>,
  out: Float64Array,
  labels?: ArrayLike<number>,
): void {
  const [a, b, c, d, e, f, g, h, k] = rotation;
  for (let to = 0; to < out.length; to += 3) {
    const q = labels === undefined ? to : 3 * labels[to / 3];
    const [vx, vy, vz] = [y[q], y[q + 1], y[q + 2]];
    out[to] = a * vx + b * vy + c * vz;
    out[to + 1] = d * vx + e * vy + f * vz;
    out[to + 2] = g * vx + h * vy + k * vz;
  }
}

/**
 * Lays `y` best on the rows of `x`: Q yᵢ into `out` (which may be `y` itself, without labels), Q into `work.rotation`;
 * labels as in {@link accumulateCovariance}. Returns √(Σ w |xᵢ − Q yᵢ|² / Σ w).
 */
export function layOn(
  work: RotationWork,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: Float64Array,
  reflections: boolean,
  out: Float64Array,
  labels?: ArrayLike<number>,
): number {
  accumulateCovariance(work, x, y, weights.length, weights, labels);
  solveRotation(work, reflections);
  rotateInto(work.rotation, y, out, labels);
  let squares = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    for (let c = 3 * i; c < 3 * i + 3; c++) squares += weights[i] * (x[c] - out[c]) ** 2;
    total += weights[i];
  }
  return Math.sqrt(squares / total);
}
