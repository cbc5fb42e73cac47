/** Motifs as the kernels of assembly/ take them: about their centroid, and what the first tests compare. */

/** Motifs of n atoms each. */
export interface MotifLibrary {
  n: number;
  length: number;
  /** M × n × 3, Å. */
  positions: Float64Array;
  /** Species of the n rows, the same in all; unlike ones are never matched. All alike if absent. */
  species?: ArrayLike<number>;
}

/**
 * A motif X in an orthonormal basis of its rows: √n times the centroid c, and the rows less c. As no relabelling moves
 * the first, ‖X − QX'π‖² = n |c − Qc'|² + Σ |x − Qx'|² over rows about the centroids.
 */
export interface CenteredMotif {
  /** √n c. */
  centroid: Float64Array;
  /** n × 3, about the centroid, in descending order of r. */
  points: Float64Array;
  /** Distances r from the centroid, n. */
  radii: Float64Array;
  /** Which row of the motif each is, n. */
  rows: Int32Array;
  /** Of each row with √n c: inner product, and area. */
  dots: Float64Array;
  areas: Float64Array;
  /** Singular values of the rows, and of the rows but each, (n + 1) × 3, descending. */
  singular: Float64Array;
}

/** Room for a motif of n atoms. */
export function centeredMotif(n: number): CenteredMotif {
  return {
    centroid: new Float64Array(3),
    points: new Float64Array(3 * n),
    radii: new Float64Array(n),
    rows: new Int32Array(n),
    dots: new Float64Array(n),
    areas: new Float64Array(n),
    singular: new Float64Array(3 * n + 3),
  };
}

/** Writes the centroid of motif m, and its rows about it in descending order of r, into `to`. */
function sortRows({ n, positions }: MotifLibrary, m: number, { centroid, points, radii, rows }: CenteredMotif): void {
  centroid.fill(0);
  for (let c = 0; c < 3 * n; c++) centroid[c % 3] += positions[3 * n * m + c] / n;
  for (let i = 0; i < n; i++) {
    const x = positions[3 * (n * m + i)] - centroid[0];
    const y = positions[3 * (n * m + i) + 1] - centroid[1];
    const z = positions[3 * (n * m + i) + 2] - centroid[2];
    const r = Math.sqrt(x * x + y * y + z * z);
    let k = i;
    for (; k > 0 && radii[k - 1] < r; k--) {
      radii[k] = radii[k - 1];
      rows[k] = rows[k - 1];
      points.copyWithin(3 * k, 3 * k - 3, 3 * k);
    }
    radii[k] = r;
    rows[k] = i;
    points[3 * k] = x;
    points[3 * k + 1] = y;
    points[3 * k + 2] = z;
  }
}

/** Which row of motif m is each row of its record, n. */
export function rowOrder(motifs: MotifLibrary, m: number): Int32Array {
  const motif = centeredMotif(motifs.n);
  sortRows(motifs, m, motif);
  return motif.rows;
}

/** Writes motif m into `to`. */
export function centerMotif(motifs: MotifLibrary, m: number, to: CenteredMotif): void {
  const { n } = motifs;
  const { centroid, points, radii, dots, areas, singular } = to;
  sortRows(motifs, m, to);
  for (let c = 0; c < 3; c++) centroid[c] *= Math.sqrt(n);
  const size = Math.hypot(centroid[0], centroid[1], centroid[2]);
  for (let i = 0; i < n; i++) {
    dots[i] = points[3 * i] * centroid[0] + points[3 * i + 1] * centroid[1] + points[3 * i + 2] * centroid[2];
    areas[i] = Math.sqrt(Math.max(0, (size * radii[i]) ** 2 - dots[i] ** 2));
  }
  for (let i = -1; i < n; i++) singularValues(points, i, singular, 3 * i + 3);
}

/** Singular values of the rows (n × 3) but one (−1: of all), descending: Jacobi's method on the 3 × 3 Gram matrix. */
function singularValues(rows: Float64Array, without: number, to: Float64Array, at: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  for (let i = 0; i < rows.length; i += 3) {
    if (i === 3 * without) continue;
    const [x, y, z] = [rows[i], rows[i + 1], rows[i + 2]];
    a += x * x;
    b += y * y;
    c += z * z;
    d += x * y;
    e += x * z;
    f += y * z;
  }
  for (let sweep = 0; sweep < 12 && Math.abs(d) + Math.abs(e) + Math.abs(f) > 1e-17 * (a + b + c); sweep++) {
    // Each rotation takes one of d, e, f to zero, and mixes the other two.
    if (d !== 0) {
      const t = tangent(a, b, d);
      const k = 1 / Math.sqrt(1 + t * t);
      a -= t * d;
      b += t * d;
      d = 0;
      [e, f] = [k * (e - t * f), k * (f + t * e)];
    }
    if (e !== 0) {
      const t = tangent(a, c, e);
      const k = 1 / Math.sqrt(1 + t * t);
      a -= t * e;
      c += t * e;
      e = 0;
      [d, f] = [k * (d - t * f), k * (f + t * d)];
    }
    if (f !== 0) {
      const t = tangent(b, c, f);
      const k = 1 / Math.sqrt(1 + t * t);
      b -= t * f;
      c += t * f;
      f = 0;
      [d, e] = [k * (d - t * e), k * (e + t * d)];
    }
  }
  to[at] = Math.sqrt(Math.max(0, a, b, c));
  to[at + 1] = Math.sqrt(Math.max(0, Math.min(Math.max(a, b), Math.max(b, c), Math.max(a, c))));
  to[at + 2] = Math.sqrt(Math.max(0, Math.min(a, b, c)));
}

/** Tangent of the smaller angle that turns (p, q; q, r) into a diagonal matrix. */
function tangent(p: number, r: number, q: number): number {
  const theta = (r - p) / (2 * q);
  return (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
}

/** Where the kernels find the motifs of a set. */
export interface RecordPlaces {
  /** A record each, and a screen for four. */
  records: number;
  screens: number;
  recordBytes: number;
  screenBytes: number;
}

/** Bytes of the record of a motif of n atoms, and of the screen of four, as assembly/layout.ts describes them. */
export function recordSizes(n: number): Pick<RecordPlaces, 'recordBytes' | 'screenBytes'> {
  return { recordBytes: 20 * ((n + 7) & ~7) + 16 * (n + 1), screenBytes: 16 * (9 + 8 * n) };
}

/** Writes the motifs, in units of `scale`, as assembly/layout.ts describes. */
export function writeRecords(
  buffer: ArrayBuffer | SharedArrayBuffer,
  { records, screens, recordBytes, screenBytes }: RecordPlaces,
  motifs: MotifLibrary,
  scale: number,
): void {
  const { n, length, species } = motifs;
  const width = (n + 7) & ~7;
  const motif = centeredMotif(n);
  const { centroid, points, radii, rows, dots, areas, singular } = motif;
  for (let m = 0; m < length; m++) {
    centerMotif(motifs, m, motif);
    const record = new Float32Array(buffer, records + m * recordBytes, recordBytes / 4);
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < 3; c++) {
        record[c * width + i] = points[3 * i + c] / scale;
        record[5 * width + 4 * i + c] = points[3 * i + c] / scale;
      }
      record[5 * width + 4 * i + 3] = species ? species[rows[i]] : 0;
      record[3 * width + i] = radii[i] / scale;
      record[4 * width + i] = (radii[i] / scale) ** 2;
    }
    for (let c = 0; c < 3; c++) record[5 * width + 4 * n + c] = centroid[c] / scale;
    const norm = centroid.reduce((sum, x) => sum + x * x, 0) + radii.reduce((sum, r) => sum + r * r, 0);
    record[5 * width + 4 * n + 3] = norm / scale ** 2;
    const screen = new Float32Array(buffer, screens + (m >> 2) * screenBytes, screenBytes / 4);
    const size = Math.hypot(centroid[0], centroid[1], centroid[2]);
    let line = m & 3;
    const write = (unit: number, values: ArrayLike<number>, from = 0, to = values.length): void => {
      for (let k = from; k < to; k++, line += 4) screen[line] = values[k] / unit;
    };
    write(scale, [size]);
    write(scale, radii);
    write(scale, singular, 0, 3);
    write(scale ** 2, [norm]);
    write(scale ** 2, dots);
    write(scale ** 2, areas);
    write(scale, singular, 3);
    write(scale, [size]);
    write(scale, singular, 0, 3);
    write(size * scale || 1, dots.sort());
    write(size * scale || 1, areas.sort());
  }
}
