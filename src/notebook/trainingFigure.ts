import { InputError, requireKnownOptions } from '../core';
import type { EpochReport } from '../model';
import { curvesFigure } from './charts';
import type { Figure } from './figure';
import { gridFigure } from './grid';

/** Options of {@link trainingFigure}. */
export interface TrainingFigureOptions {
  /** Common range of the panels; default that of the values, rounded outwards to 1, 2, 3 or 5 times a power of ten. */
  yRange?: [number, number];
}

const PANELS = [
  { title: 'Loss', training: 'train', validation: 'validation' },
  { title: 'Squared error, summed', training: 'reconstruction', validation: 'validationReconstruction' },
  { title: 'KL divergence (nats)', training: 'kl', validation: 'validationKl' },
] as const;

/**
 * Training curves of one run: loss, reconstruction error and KL divergence (not for a plain autoencoder) as panels on a
 * common log axis, with those of the validation set where there is one.
 *
 * @throws InputError if there are no reports
 */
export function trainingFigure(reports: readonly EpochReport[], options: TrainingFigureOptions = {}): Figure {
  requireKnownOptions(options, ['yRange']);
  if (reports.length === 0) throw new InputError('reports', 'none', 'at least one');
  const x = reports.map(({ epoch }) => epoch);
  // Nothing at or below zero has a place on a log axis.
  const values = (quantity: keyof EpochReport): number[] =>
    reports.map((report) => ((report[quantity] ?? 0) > 0 ? Number(report[quantity]) : Number.NaN));
  const panels = PANELS.map(({ title, training, validation }) => ({
    title,
    curves: [
      { name: 'training (sampled <i>z</i>)', x, y: values(training) },
      { name: 'validation (posterior mean)', x, y: values(validation) },
    ].filter(({ y }) => y.some(Number.isFinite)),
  })).filter(({ curves }) => curves.length > 0);
  const all = panels.flatMap(({ curves }) => curves.flatMap(({ y }) => y.filter(Number.isFinite)));
  const chart = {
    xLabel: `Epoch (${reports[0].step / reports[0].epoch} steps)`,
    yLabel: 'Per environment',
    yLog: true,
    yRange: options.yRange ?? roundRange(Math.min(...all), Math.max(...all)),
  };
  return gridFigure(
    panels.map(({ title, curves }) => ({ title, figure: curvesFigure(curves, chart) })),
    { columns: 3, panelWidth: 270 },
  );
}

function roundRange(low: number, high: number): [number, number] {
  const decade = (value: number): number => 10 ** Math.floor(Math.log10(value));
  const below = [5, 3, 2, 1].map((digit) => digit * decade(low)).find((value) => value <= low);
  const above = [1, 2, 3, 5, 10].map((digit) => digit * decade(high)).find((value) => value >= high);
  return [below ?? low, above ?? high];
}
