import { InputError, requireFinite, requireInteger } from '../core/errors';

/** M pairs of rows that a network of rows learns from: what is read, and what is to be decoded. */
export interface RowPairs {
  /** M. */
  length: number;
  /** M × inputs. */
  inputs: Float64Array;
  /** M × outputs. */
  outputs: Float64Array;
}

/** Throws InputError unless these are pairs of rows of so many numbers. */
export function requireRowPairs(
  pairs: RowPairs,
  sizes: { inputs: number; outputs: number },
  place: string,
): asserts pairs is RowPairs {
  requireInteger(pairs?.length, `${place}.length`, 1);
  for (const side of ['inputs', 'outputs'] as const) {
    const wanted = pairs.length * sizes[side];
    if (pairs[side]?.length !== wanted) {
      throw new InputError(`${place}.${side} length`, String(pairs[side]?.length), `${sizes[side]} a row = ${wanted}`);
    }
    requireFinite(pairs[side], `${place}.${side}`);
  }
}

/** Each input row and its output row one after the other. */
export function interleave({ length, inputs, outputs }: RowPairs): Float64Array {
  const [read, wanted] = [inputs.length / length, outputs.length / length];
  const samples = new Float64Array(length * (read + wanted));
  for (let m = 0, at = 0; m < length; m++, at += read + wanted) {
    samples.set(inputs.subarray(m * read, (m + 1) * read), at);
    samples.set(outputs.subarray(m * wanted, (m + 1) * wanted), at + read);
  }
  return samples;
}

/** Mean and deviation of each entry over a set of rows, such as power spectra; deviation 1 where it is constant. */
export class RowScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;

  constructor(mean: ArrayLike<number>, deviation: ArrayLike<number>) {
    this.mean = Float64Array.from(mean);
    this.deviation = Float64Array.from(deviation);
  }

  /** Of M rows of `size` entries. Throws InputError if there is none or the length is no multiple. */
  static fit(rows: ArrayLike<number>, size: number): RowScale {
    requireInteger(size, 'size', 1);
    const count = rows.length / size;
    if (!(count >= 1 && Number.isInteger(count))) {
      throw new InputError('rows length', String(rows.length), `a multiple of ${size} above 0`);
    }
    const [mean, square] = [new Float64Array(size), new Float64Array(size)];
    for (let k = 0; k < rows.length; k++) mean[k % size] += rows[k] / count;
    for (let k = 0; k < rows.length; k++) square[k % size] += (rows[k] - mean[k % size]) ** 2 / count;
    const deviation = square.map((variance, k) => (variance > (1e-10 * mean[k]) ** 2 ? Math.sqrt(variance) : 1));
    return new RowScale(mean, deviation);
  }

  /** (value − mean) / deviation of each entry of some rows. */
  normalize(rows: ArrayLike<number>): Float64Array {
    const { mean, deviation } = this;
    const normalized = Float64Array.from(rows);
    for (let k = 0, d = 0; k < rows.length; k++, d = (d + 1) % mean.length) {
      normalized[k] = (normalized[k] - mean[d]) / deviation[d];
    }
    return normalized;
  }

  /** The other way. */
  denormalize(rows: ArrayLike<number>): Float64Array {
    const { mean, deviation } = this;
    return Float64Array.from(rows, (value, k) => value * deviation[k % mean.length] + mean[k % mean.length]);
  }
}
