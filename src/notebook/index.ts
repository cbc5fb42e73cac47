/**
 * Figures for notebooks. A builder is pure: data in, a plotly `Figure` out. `show` puts it into the notebook:
 *
 *     await show(histogramFigure([{ name: 'data', values }], { xLabel: 'Distance <i>r</i> (Å)' }),
 *       { caption: 'Distances of the first eight neighbors in ten cells.' });
 *
 * Builders (labels take plotly's HTML: <i>, <sub>, <sup>; every axis title names its unit):
 * - histogramFigure(series, {range, bins, references, stats})  step-line histograms over each other
 * - curvesFigure(curves, {xLog, yLog, xReferences, yReferences})  lines, markers, bands: training curves, g(r)
 * - barFigure, violinFigure                                       over categories
 * - densityFigure(x, y, {diagonal})                               many pairs as a density map: parity plots
 * - heatmapFigure(values, rows, columns, {digits, limit, upperTriangle})  matrices, colors centered on 0
 * - spectrumFigure(series, n)                                     eigenvalues by rank: median, 5th–95th percentile
 * - gridFigure([{title, figure}], {columns})                      any of the above as panels
 * - densityMapFigure(grid, {atoms, peaks})                      a density of atoms, seen along its shortest axis
 * - motifFigure(motifs, {sets, animated})                      atoms about a center, to turn with the pointer
 *
 * Words and tables: showTable(rows, {caption}), reportTable(name, rows, {caption, digits}), which also writes it to the
 * report, judgementTable(rows, keys), its rows of judged sets, describeValues(values, {digits, unit}) for 'μ = …, σ =
 * …' in a panel's title. Keep figures below about 860 px, the width of a cell in JupyterLab.
 *
 * Training: `fitVaes(plan, data)` shows a progress bar over many models. Other long work: `progress(label, total)` and
 * `liveCurve(options)` update in place, `onStop()` reacts to the Stop button.
 * Elsewhere than in a notebook: `renderPng(figure)`, `renderSvg(figure)`, `show(figure, {caption, file})`.
 *
 * @module glassy-motifs/notebook
 */

export type { FitOptions, FittedVae } from '../model/fit';
export { fitVae } from '../model/fit';
export { modelFolder } from '../model/models';
export { trainedModel } from '../model/trainedModel';
export { type CellFigureOptions, type CellPicture, cellRowFigure } from './cellFigure';
export {
  barFigure,
  type Curve,
  type CurvesFigureOptions,
  curvesFigure,
  type DensityFigureOptions,
  densityFigure,
  spectrumFigure,
} from './charts';
export type { DensityMapOptions } from './densityMap';
export { densityMapFigure } from './densityMap';
export { type ShowOptions, show, showTable } from './display';
export type { Figure, Trace } from './figure';
export { fitVaes } from './fitVaes';
export { type GridFigureOptions, gridFigure, type Panel } from './grid';
export { type HeatmapFigureOptions, heatmapFigure } from './heatmap';
export {
  describeValues,
  type HistogramFigureOptions,
  type HistogramSeries,
  histogramFigure,
  type ValueSeries,
  violinFigure,
} from './histograms';
export { type JudgedRow, judgementTable } from './judgementTable';
export type { AtomSet } from './motifFigure';
export { type MotifOptions, type MotifPicture, motifFigure } from './motifFigure';
export { liveCurve, onStop, type Progress, progress, type StopSignal } from './progress';
export { renderPng, renderSvg } from './render';
export { type ReportTableOptions, reportTable, type TableCell, type TableEstimate, type TableRow } from './reportTable';
export { requireElements } from './requireElements';
export type { ChartOptions, Reference } from './style';
