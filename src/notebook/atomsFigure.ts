import {
  type DensityRecovery,
  motifAngles,
  type ProjectionEffect,
  pairDistances,
  shortestDistances,
  toDegrees,
} from '../evaluate';
import { coordinatesFromGram, densityGrid, peaks } from '../motifs';
import type { BondOptions } from '../structures';
import { curvesFigure, densityFigure } from './charts';
import { densityMapFigure } from './densityMap';
import type { Figure } from './figure';
import { gridFigure, type Panel } from './grid';
import { histogramFigure } from './histograms';

/** Distances between neighbors in decoded Gram matrices against those of the atoms: a density map for each set. */
export function projectionFigure(sets: readonly { name: string; effect: ProjectionEffect }[]): Figure {
  const range: [number, number] = [0, 8];
  const panels = sets.map(({ name, effect }) => ({
    title: `${name}<br>changed by ${effect.change.toFixed(2)} Å (rms)`,
    figure: densityFigure(effect.decoded, effect.placed, {
      xLabel: 'In the decoded matrix (Å)',
      yLabel: 'Of the atoms (Å)',
      xRange: range,
      yRange: range,
      bins: 60,
      diagonal: true,
      mostPairs: 2000,
    }),
  }));
  return gridFigure(panels, { panelWidth: 300, panelHeight: 300, gapX: 70 });
}

/** A motif to show as a density, with Gaussians of `width` (Å). */
export interface DensityPicture {
  name: string;
  /** Gram vector, Å². */
  gram: ArrayLike<number>;
  width: number;
}

/** The densities of motifs of n neighbors, their atoms and the peaks found, three in a row. */
export function densityMapsFigure(motifs: readonly DensityPicture[], n: number): Figure {
  const panels = motifs.map(({ name, gram, width }) => {
    const grid = densityGrid(gram, n, { width, spacing: 0.2, margin: 2.4 });
    const found = peaks(grid);
    const marks = { atoms: coordinatesFromGram(gram, n).positions, peaks: found.positions };
    return {
      title: `${name}, <i>w</i> = ${width} Å:<br>${found.count} peaks`,
      figure: densityMapFigure(grid, { ...marks, limit: 1.5, xRange: [-5, 5], yRange: [-5, 5] }),
    };
  });
  return gridFigure(panels, { columns: 3, panelWidth: 205, panelHeight: 205, gapX: 50 });
}

/** What comes back over density grids against the width of the Gaussians, for each set of motifs. */
export function densityRecoveryFigure(
  sets: readonly { name: string; recoveries: readonly DensityRecovery[] }[],
  n: number,
  widths: readonly number[],
): Figure {
  const ends: [number, number] = [Math.min(...widths) - 0.08, Math.max(...widths) + 0.08];
  const panel = (title: string, yLabel: string, yRange: [number, number], value: (r: DensityRecovery) => number) => ({
    title,
    figure: curvesFigure(
      sets.map(({ name, recoveries }) => ({ name, x: widths, y: recoveries.map(value), mode: 'lines+markers' })),
      { xLabel: 'Width of the Gaussians <i>w</i> (Å)', yLabel, xRange: ends, yRange },
    ),
  });
  return gridFigure([
    panel(`Motifs with ${n} peaks`, 'Share (%)', [-4, 104], ({ complete }) => 100 * complete),
    panel('From a peak to the closest atom', 'Median (Å)', [-0.03, 0.65], ({ displacement }) => displacement),
  ]);
}

/** Reconstructed motifs of one decoder. */
export interface ReconstructedSet {
  name: string;
  /** M×n×3, Å. */
  positions: Float64Array;
  /** RMSD of each from the motif meant, Å. */
  rmsd: ArrayLike<number>;
}

/** Reconstructed motifs as atoms over the motifs themselves: RMSD, shortest distances, all distances and angles. */
export function reconstructedMotifsFigure(
  sets: readonly ReconstructedSet[],
  heldOut: Float64Array,
  n: number,
  options: BondOptions = {},
): Figure {
  const over = (
    title: string,
    measure: (positions: Float64Array) => ArrayLike<number>,
    [label, unit]: [string, string],
    range: [number, number],
    top?: number,
  ): Panel => {
    const series = sets.map(({ name, positions }, k) => ({ name, style: k + 1, values: measure(positions) }));
    const labels = { xLabel: `${label} (${unit})`, yLabel: `Probability density (1/${unit})` };
    const chart = {
      ...labels,
      range,
      bins: 60,
      yRange: top === undefined ? undefined : ([0, top] as [number, number]),
    };
    return { title, figure: histogramFigure([{ name: 'held out', values: measure(heldOut) }, ...series], chart) };
  };
  const errors = sets.map(({ name, rmsd }, k) => ({ name, style: k + 1, values: rmsd }));
  const labels = { xLabel: 'RMSD (Å)', yLabel: 'Probability density (1/Å)' };
  const degrees = (positions: Float64Array): Float64Array => motifAngles(positions, n, options).map(toDegrees);
  return gridFigure(
    [
      { title: 'RMSD after synchronization', figure: histogramFigure(errors, { ...labels, range: [0, 2], bins: 50 }) },
      over('Shortest distance', (p) => shortestDistances(p, n), ['Distance', 'Å'], [0, 2.6], 4),
      over('Distances between neighbors', (p) => pairDistances(p, n), ['Distance', 'Å'], [0, 8]),
      over('Bond angles at the central atom', degrees, ['Angle', '°'], [60, 180]),
    ],
    { panelWidth: 340, panelHeight: 240 },
  );
}
