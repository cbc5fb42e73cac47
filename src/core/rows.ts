/** Rows of `width` values each, by index, one after another, in an array of the same kind. */
export function takeRows<T extends Float64Array | Float32Array | Int16Array | Int32Array | Uint8Array>(
  values: T,
  width: number,
  rows: ArrayLike<number>,
): T {
  const taken = new (values.constructor as new (length: number) => T)(width * rows.length);
  for (let k = 0; k < rows.length; k++) taken.set(values.subarray(width * rows[k], width * (rows[k] + 1)), width * k);
  return taken;
}

/** Arrays one after another, in one of this kind; an empty one for none. */
export function joined<T extends Float64Array | Int32Array | Uint8Array>(
  kind: new (length: number) => T,
  parts: readonly ArrayLike<number>[],
): T {
  const all = new kind(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
