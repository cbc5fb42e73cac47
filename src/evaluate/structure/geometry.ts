/** Angle between two nonzero vectors, given as arrays and offsets, radians in [0, π]. */
export function angleBetween(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const dot = a[i] * b[j] + a[i + 1] * b[j + 1] + a[i + 2] * b[j + 2];
  const cx = a[i + 1] * b[j + 2] - a[i + 2] * b[j + 1];
  const cy = a[i + 2] * b[j] - a[i] * b[j + 2];
  const cz = a[i] * b[j + 1] - a[i + 1] * b[j];
  // atan2 keeps its digits near 0 and π, where acos loses half of them.
  return Math.atan2(Math.sqrt(cx * cx + cy * cy + cz * cz), dot);
}

/** Tells a vector from its opposite: of v and −v, exactly one points up. */
export function pointsUp(v: Float64Array, i: number): boolean {
  return v[i + 2] > 0 || (v[i + 2] === 0 && (v[i + 1] > 0 || (v[i + 1] === 0 && v[i] > 0)));
}

/** For the axes of figures and the columns of tables; angles are radians everywhere else. */
export function toDegrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
