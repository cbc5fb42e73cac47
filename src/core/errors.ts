/**
 * The one error class for bad input: where, what was found and what was expected.
 *
 * `place` is what a user can go to: `cells.extxyz:12`, `atom 3`, `option cutoff`.
 */
export class InputError extends Error {
  readonly place: string;
  readonly found: string;
  readonly expected: string;

  constructor(place: string, found: string, expected: string) {
    super(`${place}: found ${found}, expected ${expected}`);
    this.name = 'InputError';
    this.place = place;
    this.found = found;
    this.expected = expected;
  }
}

/** Returns `value` if it is a finite number above zero, else throws {@link InputError} naming `place`. */
export function requirePositive(value: number, place: string): number {
  if (!Number.isFinite(value) || value <= 0) throw new InputError(place, String(value), 'a finite number above 0');
  return value;
}

/** Returns `value` if it is an integer within bounds, else throws {@link InputError} naming `place`. */
export function requireInteger(value: number, place: string, least = 0, most: number = Infinity): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    const above = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InputError(place, String(value), `an integer ${above}`);
  }
  return value;
}

/**
 * Throws {@link InputError} naming `place` where work would need more than there is room for.
 *
 * @param what what is counted, in words
 */
export function requireWithin(count: number, most: number, what: string, place: string): void {
  if (count <= most) return;
  throw new InputError(place, `${count.toPrecision(3)} ${what}`, `at most ${most.toLocaleString('en')}`);
}

/** Returns `value` if it is one of `allowed`, else throws {@link InputError} naming `place`. */
export function requireOneOf<T extends string>(value: T, allowed: readonly T[], place: string): T {
  if (!allowed.includes(value)) {
    throw new InputError(place, JSON.stringify(value) ?? String(value), allowed.map((a) => `'${a}'`).join(' or '));
  }
  return value;
}

/** Throws {@link InputError} naming the first key of `options` that is not one of `known`. */
export function requireKnownOptions(options: object, known: readonly string[], place = 'option'): void {
  if (typeof options !== 'object' || options === null) {
    throw new InputError(place, String(options), `an object with ${known.join(', ')}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new InputError(`${place} ${key}`, 'an unknown name', `one of ${known.join(', ')}`);
  }
}

/** Returns an engine of one's own or undefined, else throws {@link InputError}. */
export function requireEngine<T>(engine: T | undefined): T | undefined {
  if (engine === undefined || typeof engine === 'object') return engine;
  throw new InputError('option engine', JSON.stringify(engine), 'an engine, an object');
}

/** Throws {@link InputError} naming `place` unless `values` is a Float64Array of `length` numbers. */
export function requireFloat64(values: Float64Array, length: number, place: string): void {
  // By name, for `instanceof` fails on arrays of another realm, such as a test runner's.
  const kind = Object.prototype.toString.call(values).slice(8, -1);
  if (kind === 'Float64Array' && values.length === length) return;
  const found = values?.length === undefined ? kind : `${kind} of ${values.length} numbers`;
  throw new InputError(place, found, `a Float64Array of ${length}`);
}

/** Throws {@link InputError} naming `place` and the first index at which `values` is not finite. */
export function requireFinite(values: ArrayLike<number>, place: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new InputError(`${place}[${i}]`, String(values[i]), 'a finite number');
  }
}
