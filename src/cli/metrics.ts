import { type JudgedMetric, motifJudge } from '../evaluate/judge/judge';
import { potential } from '../materials';
import type { Motifs } from '../motifs/types';
import type { Bonds } from '../structures/bonds';

/** One row of the table. */
export interface Metric {
  /** File that it was read from, and name of the judged set, where there are several. */
  file?: string;
  set?: string;
  /** One word, as in the library. */
  key: string;
  /** In words. */
  metric: string;
  unit: string;
  /** Of the judged motifs against the reference. */
  value: number;
  /** Bootstrap interval; null where there is none. */
  low: number | null;
  high: number | null;
  /** The same of the training motifs, what a perfect model would have (of novelty, of the reference); null without. */
  floor: number | null;
  /** What made its table, as JSON; in rows of a table that was read. */
  provenance?: string;
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

/** Judges sets of motifs by the same references: the work that makes the table, and what is to be said of it. */
export function metricJudge(
  reference: Motifs,
  training: Motifs | undefined,
  options: MetricOptions,
): { steps: (judged: Motifs) => MetricStep[]; notes: string[] } {
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
  const steps = (judged: Motifs): MetricStep[] =>
    judge.steps(judged).map(({ name, run }) => ({ name, run: () => rowsOf(run()) }));
  return { steps, notes: judge.notes };
}

/** Rows of the table for metrics that there are. */
export function rowsOf(metrics: readonly JudgedMetric[]): Metric[] {
  return metrics.flatMap(({ key, name: metric, unit, estimate, floor }) =>
    estimate === null ? [] : [{ key, metric, unit, ...estimate, floor: floor?.value ?? null }],
  );
}
