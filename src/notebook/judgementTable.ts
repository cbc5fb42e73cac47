import { InputError, requireKnownOptions } from '../core';
import type { JudgedMetric } from '../evaluate';
import type { TableRow } from './reportTable';

/** Judged motifs and their name in the table. */
export interface JudgedRow {
  name: string;
  metrics: readonly JudgedMetric[];
}

/** Columns of {@link judgementTable} by metric; what is not here is called by its name and unit. */
const COLUMNS: Record<string, string> = {
  neighborDistance: 'W₁ neighbor distance (Å)',
  pairDistance: 'W₁ pair distance (Å)',
  bondAngle: 'W₁ bond angle (°)',
  dismaiBondAngle: 'Dismai bond angle',
  coordination: 'W₁ coordination',
  tetrahedralOrder: 'W₁ tetrahedral q',
  energy: 'W₁ SW energy (eV)',
  medianEnergy: 'median SW energy (eV)',
  valid: 'valid',
  logistic: 'two-sample accuracy, logistic',
  neighbors: 'two-sample accuracy, k-NN',
  nearestTraining: 'nearest training motif (Å)',
  memorized: 'memorized',
};

/**
 * One row for each judged set, one column a metric, as estimates for `reportTable`; the floor, which all share, comes
 * first.
 *
 * @param keys metrics wanted, in this order
 * @throws InputError for no rows or a metric that was not judged
 */
export function judgementTable(
  rows: readonly JudgedRow[],
  keys: readonly string[],
  options: { floor?: string } = {},
): TableRow[] {
  requireKnownOptions(options, ['floor']);
  if (rows.length === 0) throw new InputError('rows', 'none', 'at least one');
  const cells = (name: string, metrics: readonly JudgedMetric[], part: 'estimate' | 'floor'): TableRow => {
    const found = keys.map((key) => metrics.find((metric) => metric.key === key) ?? unknown(key, metrics));
    return { set: name, ...Object.fromEntries(found.map((metric) => [columnOf(metric), metric[part]])) };
  };
  return [
    cells(options.floor ?? 'training motifs (floor)', rows[0].metrics, 'floor'),
    ...rows.map(({ name, metrics }) => cells(name, metrics, 'estimate')),
  ];
}

function columnOf({ key, name, unit }: JudgedMetric): string {
  return COLUMNS[key] ?? (unit === '' ? name : `${name} (${unit})`);
}

function unknown(key: string, metrics: readonly JudgedMetric[]): never {
  throw new InputError('keys', JSON.stringify(key), metrics.map((metric) => metric.key).join(', '));
}
