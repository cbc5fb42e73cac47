import { list, number } from '../core/content';
import { InputError, requireFinite, requireInteger, requireOneOf } from '../core/errors';
import { gramSize } from './gram';

/** Deviations below this share of the mean squared distance are rounding: a perfect crystal's are about 1e-15. */
const ROUNDING = 1e-11;

/** The four numbers of the talk's normalization (step 4), Å². */
export interface GramNormalization {
  meanDiagonal: number;
  deviationDiagonal: number;
  meanOffDiagonal: number;
  deviationOffDiagonal: number;
  /** Of motifs with several elements: the numbers of each pair of elements, which take the place of those above. */
  pairs?: PairNormalization;
  /**
   * A mean and a deviation of each of the P entries, which take the place of all above: for labels that mean something.
   */
  entries?: { mean: number[]; deviation: number[] };
}

/** Mean and deviation of the Gram entries of each pair of elements, Å². */
export interface PairNormalization {
  /** Symbols of the neighbors, row by row. */
  row: string[];
  /** By element for the diagonal, as `Si`, and by pair for the rest, as `O-Si` (in alphabetical order). */
  kinds: Record<string, { mean: number; deviation: number }>;
}

/** What a {@link GramNormalizer} is saved as. */
export interface GramNormalizerJson extends GramNormalization {
  /** Neighbors per environment, n. */
  atoms: number;
}

/**
 * The unit, in Å, of a Cartesian decoder's output: the root mean square coordinate of the training set,
 * √(μ_diag / 3), since the mean diagonal Gram entry is the mean squared distance.
 */
export function coordinateScale(normalization: GramNormalization): number {
  return Math.sqrt(normalization.meanDiagonal / 3);
}

/** Mean and deviation of each Gram entry, P numbers each. */
export function entryNormalization(
  normalization: GramNormalization,
  n: number,
): { mean: Float64Array; deviation: Float64Array } {
  const { pairs, entries } = normalization;
  if (entries) return { mean: Float64Array.from(entries.mean), deviation: Float64Array.from(entries.deviation) };
  if (!pairs) {
    return {
      mean: spread(n, normalization.meanDiagonal, normalization.meanOffDiagonal),
      deviation: spread(n, normalization.deviationDiagonal, normalization.deviationOffDiagonal),
    };
  }
  const kinds = kindsOf(pairs.row).map((kind) => pairs.kinds[kind]);
  return {
    mean: Float64Array.from(kinds, ({ mean }) => mean),
    deviation: Float64Array.from(kinds, ({ deviation }) => deviation),
  };
}

/** Their Gram vector has two million entries. */
const MOST_NEIGHBORS = 2000;

/**
 * Normalization of Gram vectors with two means and two deviations: G'ᵢᵢ = (Gᵢᵢ − μ_diag)/σ_diag and
 * G'ᵢⱼ = (Gᵢⱼ − μ_off)/σ_off for i < j; of motifs with several elements, with a mean and a deviation for each pair of
 * elements. Commutes with relabelling of like atoms, because all entries of a kind share their numbers; not so with
 * numbers for each entry.
 */
export class GramNormalizer {
  /** Neighbors per environment, n. */
  readonly atoms: number;
  /** Means and deviations, Å². */
  readonly normalization: Readonly<GramNormalization>;
  readonly #mean: Float64Array;
  readonly #deviation: Float64Array;

  /** Throws InputError if a number is not finite or a deviation is not above zero. */
  constructor(atoms: number, normalization: GramNormalization) {
    this.atoms = requireInteger(atoms, 'normalizer.atoms', 1, MOST_NEIGHBORS);
    const { meanDiagonal, deviationDiagonal, meanOffDiagonal, deviationOffDiagonal } = normalization;
    const numbers = { meanDiagonal, deviationDiagonal, meanOffDiagonal, deviationOffDiagonal };
    for (const [name, value] of Object.entries(numbers)) requireNumber(value, name);
    const { pairs, entries } = normalization;
    if (pairs) requirePairs(pairs, atoms);
    if (entries) requireEntries(entries, atoms);
    this.normalization = { ...numbers, ...(pairs && { pairs }), ...(entries && { entries }) };
    const { mean, deviation } = entryNormalization(this.normalization, atoms);
    this.#mean = mean;
    this.#deviation = deviation;
  }

  /**
   * Means and population deviations of the diagonal and of the off-diagonal entries.
   *
   * With n = 1 there are no off-diagonal entries; their numbers are then 0 and 1.
   *
   * @param grams M·P Gram entries, Å²
   * @param n neighbors per environment
   * @param row symbols of the n neighbors, row by row; of one element if absent
   * @param by 'kind' (default): as in the talk; 'entry': each entry by its own mean and deviation
   * @throws InputError if there are none, a number is not finite, or all entries of a kind are equal (to rounding), as
   *   those of a perfect crystal's first shell are
   */
  static fit(
    grams: ArrayLike<number>,
    n: number,
    row?: readonly string[],
    by: 'kind' | 'entry' = 'kind',
  ): GramNormalizer {
    requireOneOf(by, ['kind', 'entry'], 'by');
    requireInteger(n, 'n', 1);
    requireRows(grams, n);
    if (grams.length === 0) throw new InputError('grams', 'no Gram vectors', 'at least one');
    requireFinite(grams, 'grams');
    const isDiagonal = spread(n, 1, 0);
    const diagonal = moments(grams, isDiagonal, 1);
    const offDiagonal = n === 1 ? { mean: 0, deviation: 0 } : moments(grams, isDiagonal, 0);
    const beyondRounding = (deviation: number): number => (deviation > ROUNDING * diagonal.mean ? deviation : 0);
    return new GramNormalizer(n, {
      meanDiagonal: diagonal.mean,
      deviationDiagonal: beyondRounding(diagonal.deviation),
      meanOffDiagonal: offDiagonal.mean,
      deviationOffDiagonal: n === 1 ? 1 : beyondRounding(offDiagonal.deviation),
      ...(new Set(row).size > 1 && { pairs: fitPairs(grams, row as readonly string[], beyondRounding) }),
      ...(by === 'entry' && { entries: fitEntries(grams, gramSize(n), beyondRounding) }),
    });
  }

  /**
   * Å² to normalized units, M·P numbers.
   *
   * @param out where to write (a Float32Array for a network); a new Float64Array if absent
   */
  normalize<T extends Float32Array | Float64Array = Float64Array>(grams: ArrayLike<number>, out?: T): T {
    const result = out ?? (new Float64Array(grams.length) as T);
    requireRows(grams, this.atoms, result);
    const size = this.#mean.length;
    for (let i = 0; i < grams.length; i++) {
      result[i] = (grams[i] - this.#mean[i % size]) / this.#deviation[i % size];
    }
    return result;
  }

  /** Normalized units to Å², M·P numbers; the inverse of {@link normalize}. */
  denormalize<T extends Float32Array | Float64Array = Float64Array>(normalized: ArrayLike<number>, out?: T): T {
    const result = out ?? (new Float64Array(normalized.length) as T);
    requireRows(normalized, this.atoms, result);
    const size = this.#mean.length;
    for (let i = 0; i < normalized.length; i++) {
      result[i] = normalized[i] * this.#deviation[i % size] + this.#mean[i % size];
    }
    return result;
  }

  toJSON(): GramNormalizerJson {
    return { atoms: this.atoms, ...this.normalization };
  }

  /** The normalizer that {@link toJSON} described. Throws InputError if `json` is anything else. */
  static fromJSON(json: unknown): GramNormalizer {
    if (typeof json !== 'object' || json === null) {
      throw new InputError('normalizer', JSON.stringify(json) ?? String(json), 'an object');
    }
    const fields = json as GramNormalizerJson;
    return new GramNormalizer(fields.atoms, fields);
  }
}

/** The kind of each Gram entry: the element on the diagonal, the pair of elements off it. */
function kindsOf(row: readonly string[]): string[] {
  return row.flatMap((a, i) => row.slice(i).map((b, j) => (j === 0 ? a : [a, b].sort().join('-'))));
}

function fitPairs(
  grams: ArrayLike<number>,
  row: readonly string[],
  beyondRounding: (deviation: number) => number,
): PairNormalization {
  const names = kindsOf(row);
  const distinct = [...new Set(names)];
  const codes = Float64Array.from(names, (name) => distinct.indexOf(name));
  const kinds = distinct.map((name, code): [string, { mean: number; deviation: number }] => {
    const { mean, deviation } = moments(grams, codes, code);
    return [name, { mean, deviation: beyondRounding(deviation) }];
  });
  return { row: [...row], kinds: Object.fromEntries(kinds) };
}

function fitEntries(
  grams: ArrayLike<number>,
  size: number,
  beyondRounding: (deviation: number) => number,
): { mean: number[]; deviation: number[] } {
  const order = Float64Array.from({ length: size }, (_, k) => k);
  const each = Array.from(order, (k) => moments(grams, order, k));
  return { mean: each.map(({ mean }) => mean), deviation: each.map(({ deviation }) => beyondRounding(deviation)) };
}

function requireEntries({ mean, deviation }: { mean: number[]; deviation: number[] }, atoms: number): void {
  list(number, gramSize(atoms))(mean, 'normalizer.entries.mean');
  list(number, gramSize(atoms))(deviation, 'normalizer.entries.deviation');
  deviation.forEach((value, k) => {
    requireNumber(value, `entries.deviation[${k}]`);
  });
}

function requirePairs({ row, kinds }: PairNormalization, atoms: number): void {
  if (!Array.isArray(row) || row.length !== atoms) {
    throw new InputError('normalizer.pairs.row', `${row?.length} symbols`, `n = ${atoms}`);
  }
  for (const kind of new Set(kindsOf(row))) {
    const own = Object.hasOwn(kinds ?? {}, kind) ? kinds[kind] : undefined;
    requireNumber(own?.mean, `pairs.${kind}.mean`);
    requireNumber(own?.deviation, `pairs.${kind}.deviation`);
  }
}

function requireNumber(value: unknown, name: string): void {
  const found = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  if (!Number.isFinite(value)) throw new InputError(`normalizer.${name}`, found, 'a finite number');
  if (/deviation/.test(name) && (value as number) <= 0) {
    throw new InputError(`normalizer.${name}`, found, 'a number above 0 (Gram entries that differ)');
  }
}

function requireRows(grams: ArrayLike<number>, n: number, out: ArrayLike<number> = grams): void {
  if (grams.length % gramSize(n) !== 0) {
    throw new InputError('grams length', String(grams.length), `a multiple of n(n+1)/2 = ${gramSize(n)}`);
  }
  if (out.length !== grams.length) throw new InputError('out length', String(out.length), String(grams.length));
}

/** One number for each entry of a Gram vector: this for the diagonal, that for the rest. */
function spread(n: number, diagonal: number, offDiagonal: number): Float64Array {
  const values = new Float64Array(gramSize(n)).fill(offDiagonal);
  for (let i = 0, k = 0; i < n; k += n - i, i++) values[k] = diagonal;
  return values;
}

/** Mean and population deviation of the entries whose kind is `kind`; two passes, so that no digits cancel. */
function moments(grams: ArrayLike<number>, kinds: Float64Array, kind: number): { mean: number; deviation: number } {
  const size = kinds.length;
  let count = 0;
  let sum = 0;
  for (let i = 0; i < grams.length; i++) {
    if (kinds[i % size] !== kind) continue;
    count++;
    sum += grams[i];
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < grams.length; i++) {
    if (kinds[i % size] === kind) squares += (grams[i] - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / count) };
}
