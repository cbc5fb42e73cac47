import { InputError, requireKnownOptions } from '../core';
import type { DensityGrid } from '../motifs';
import type { Figure, Trace } from './figure';
import { CHART_OPTIONS, type ChartOptions, chartLayout, colorBar, INK, PALETTE, SEQUENTIAL } from './style';

/** Options of {@link densityMapFigure}. */
export interface DensityMapOptions extends ChartOptions {
  /** Where the atoms are, k×3 in the grid's frame, Å: crosses. */
  atoms?: ArrayLike<number>;
  /** What was read off the density, k×3 in the grid's frame, Å: circles. */
  peaks?: ArrayLike<number>;
  /** Density at the dark end of the colors (default 1, an atom by itself). */
  limit?: number;
}

/** A density of atoms seen along the third, shortest principal axis: the greatest value on each line of sight. */
export function densityMapFigure(grid: DensityGrid, options: DensityMapOptions = {}): Figure {
  requireKnownOptions(options, [...CHART_OPTIONS, 'atoms', 'peaks', 'limit']);
  const { shape, values, origin, spacing } = grid;
  const along = (axis: 0 | 1): number[] => Array.from({ length: shape[axis] }, (_, k) => origin[axis] + k * spacing);
  const sight = (i: number, j: number): number => {
    const from = (i * shape[1] + j) * shape[2];
    return values.subarray(from, from + shape[2]).reduce((most, value) => Math.max(most, value), 0);
  };
  const [x, y] = [along(0), along(1)];
  const map: Trace = {
    type: 'heatmap',
    x,
    y,
    z: y.map((_, j) => x.map((_, i) => Math.round(1e3 * sight(i, j)) / 1e3)),
    zmin: 0,
    zmax: options.limit ?? 1,
    colorscale: SEQUENTIAL,
    colorbar: colorBar('Density'),
    hoverinfo: 'x+y+z',
  };
  const marks = [
    { name: 'atom', points: options.atoms, symbol: 'cross-thin', size: 12, color: INK },
    { name: 'peak', points: options.peaks, symbol: 'circle-open', size: 16, color: PALETTE[1] },
  ];
  const data = [map];
  for (const { name, points, symbol, size, color } of marks) {
    if (points === undefined) continue;
    if (points.length % 3 !== 0) throw new InputError(`option ${name}s`, `${points.length} numbers`, 'three for each');
    const component = (c: number): number[] => Array.from({ length: points.length / 3 }, (_, k) => points[3 * k + c]);
    const marker = { symbol, size, color, line: { color, width: 2.5 } };
    data.push({ type: 'scatter', mode: 'markers', name, x: component(0), y: component(1), marker });
  }
  const ends = (axis: number[]): [number, number] => [axis[0] - spacing / 2, axis[axis.length - 1] + spacing / 2];
  const labels = { xLabel: 'First principal axis (Å)', yLabel: 'Second principal axis (Å)' };
  return { data, layout: chartLayout({ ...labels, xRange: ends(x), yRange: ends(y), equalAxes: true, ...options }) };
}
