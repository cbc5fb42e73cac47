import { InputError } from '../../core';
import { decodeMotifs } from '../../generate';
import { labelledMotifs, reconstructionError, type Vae } from '../../model';
import { gramVectors, type Motifs, match, synchronize } from '../../motifs';
import { motifCount } from '../../motifs/motifCount';
import { quantileOf } from '../statistics/ranking';
import { wasserstein1 } from '../statistics/wasserstein';
import { toDegrees } from '../structure/geometry';
import { motifAngles, shortestDistances, type ValidityOptions, validity } from '../structure/motifs';

/** Whether M motifs could be real, motif by motif and as a set. */
export interface MotifPlausibility {
  /** Fraction of motifs that are valid, by {@link validity}. */
  valid: number;
  /** Fraction with two atoms closer than `minDistance`. */
  tooClose: number;
  /** Fraction whose central atom has a coordination outside the range allowed. */
  miscoordinated: number;
  /** Median of the shortest distance between any two atoms of a motif, Å. */
  shortest: number;
  /** Wasserstein-1 distance of the bond angles at the center from those of the reference, degrees; NaN without any. */
  angles: number;
}

/**
 * Judges motifs (M × n × 3, Å) as atoms, against reference motifs of any number.
 *
 * @throws InputError if there are none, or a number is not finite
 */
export function motifPlausibility(
  positions: Float64Array,
  reference: Float64Array,
  n: number,
  limits: ValidityOptions,
): MotifPlausibility {
  const { fraction, tooClose, miscoordinated } = validity(positions, n, limits);
  const [own, others] = [positions, reference].map((set) =>
    motifAngles(set, n, { bonds: limits.bonds }).map(toDegrees),
  );
  const angles = own.length > 0 && others.length > 0 ? wasserstein1(own, others) : Number.NaN;
  const shortest = quantileOf(shortestDistances(positions, n), 0.5);
  return { valid: fraction, tooClose, miscoordinated, shortest, angles };
}

/** M motifs against those that they are meant to be. */
export interface MotifComparison extends MotifPlausibility {
  /** M×n×3, Å. */
  positions: Float64Array;
  /** RMSD of each after synchronization, reflections allowed, labels kept, Å. */
  rmsd: Float64Array;
  /** The same with the best relabelling (`match`), Å. */
  relabelled: Float64Array;
}

/**
 * Compares motifs one by one with the motifs that they are meant to be, and judges them as {@link motifPlausibility}.
 *
 * @param positions M×n×3, Å
 * @param reference M×n×3, Å
 * @throws InputError if the two differ in length, are empty, or a number is not finite
 */
export function compareMotifs(
  positions: Float64Array,
  reference: Float64Array,
  n: number,
  limits: ValidityOptions,
): MotifComparison {
  if (motifCount(positions, n) !== motifCount(reference, n, 'reference')) {
    throw new InputError('positions', `${positions.length} numbers`, `${reference.length}, as the reference`);
  }
  const each = (lay: typeof match): Float64Array =>
    Float64Array.from({ length: positions.length / (3 * n) }, (_, m) => {
      const [x, y] = [reference, positions].map((set) => set.subarray(3 * n * m, 3 * n * (m + 1)));
      return lay(x, y, { reflections: true }).rmsd;
    });
  const [rmsd, relabelled] = [each(synchronize), each(match)];
  return { positions, rmsd, relabelled, ...motifPlausibility(positions, reference, n, limits) };
}

/** How well a model reconstructs environments as atoms. */
export interface DecoderJudgement extends MotifComparison {
  /** Mean squared error of the normalized Gram entries, as decoded. */
  normalizedMse: number;
}

/**
 * Encodes environments, decodes the posterior means, places the atoms (`decodeMotifs`) and compares the outcome with
 * the environments themselves, in the labels that the model reads.
 *
 * @throws InputError if the environments have another n than the model, or are none
 */
export function judgeDecoder(vae: Vae, environments: Motifs, limits: ValidityOptions): DecoderJudgement {
  const { normalizedMse } = reconstructionError(vae, environments);
  const { positions } = decodeMotifs(vae, vae.encode(gramVectors(environments)).mean);
  const known = labelledMotifs(vae, environments);
  return { normalizedMse, ...compareMotifs(positions, known.positions, known.n, limits) };
}
