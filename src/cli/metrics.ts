import { type JudgedMetric, motifJudge } from '../evaluate/judge/judge';
import { potential } from '../materials';
import type { Motifs } from '../motifs/types';
import type { Bonds } from '../structures/bonds';

/** One row of the table. */
export interface Metric {
  metric: string;
  unit: string;
  /** Of the judged motifs against the reference. */
  value: number;
  /** Bootstrap interval; null where there is none. */
  low: number | null;
  high: number | null;
  /** The same of the training motifs, what a perfect model would have (of novelty, of the reference); null without. */
  floor: number | null;
}

/** How motifs are judged. */
export interface MetricOptions {
  bonds?: Bonds;
  minDistance?: number;
  /** Name of a potential; without it there are no energies. */
  potential?: string;
  resamples: number;
  level: number;
  /** Resample whole cells, where motifs have one, or motifs. */
  resample: 'motifs' | 'cells';
  seed: number;
  /** Judged motifs whose nearest training motif is sought, which takes the longest; 0 for none. */
  novelty: number;
}

/** A step of the work, for progress: its name and its result. */
export interface MetricStep {
  name: string;
  run: () => Metric[];
}

/**
 * The work that makes the table: all metrics of `motifJudge` that these motifs have, and what is to be said of them.
 */
export function metricSteps(
  judged: Motifs,
  reference: Motifs,
  training: Motifs | undefined,
  options: MetricOptions,
): { steps: MetricStep[]; notes: string[] } {
  const { bonds, minDistance, resamples, level, resample, seed, novelty } = options;
  const judge = motifJudge(
    { heldOut: reference, training },
    {
      bonds,
      minDistance,
      resamples,
      level,
      resample,
      seed,
      novelty,
      // Of files that were chosen, all motifs count.
      motifs: Number.MAX_SAFE_INTEGER,
      potential: options.potential === undefined ? undefined : potential(options.potential),
    },
  );
  const steps = judge.steps(judged).map(({ name, run }) => ({
    name,
    run: () => rowsOf(run()),
  }));
  return { steps, notes: judge.notes };
}

/** Rows of the table for metrics that there are. */
export function rowsOf(metrics: readonly JudgedMetric[]): Metric[] {
  return metrics.flatMap(({ name: metric, unit, estimate, floor }) =>
    estimate === null ? [] : [{ metric, unit, ...estimate, floor: floor?.value ?? null }],
  );
}
