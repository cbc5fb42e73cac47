/**
 * Figures, tables and progress for notebooks. A builder is pure: data in, a plotly `Figure` out. `show` puts it into
 * the notebook:
 *
 *     await show(histogramFigure([{ name: 'data', values }], { xLabel: 'Distance <i>r</i> (Å)' }),
 *       { caption: 'Distances of the first eight neighbors in 32 cells.' });
 *
 * Labels take plotly's HTML (<i>, <sub>, <sup>); every axis title names its unit. Figures below about 860 px fit a cell
 * of JupyterLab.
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
export { type ShowOptions, show, showTable } from './display';
export type { Figure, Trace } from './figure';
export { type GridFigureOptions, gridFigure, type Panel } from './grid';
export { type HeatmapFigureOptions, heatmapFigure } from './heatmap';
export {
  describeValues,
  type HistogramFigureOptions,
  type HistogramSeries,
  histogramFigure,
} from './histograms';
export { type IntervalFigureOptions, intervalFigure, type NamedInterval } from './intervalFigure';
export { type JudgedRow, judgementTable } from './judgementTable';
export type { AtomSet } from './motifFigure';
export { type MotifOptions, type MotifPicture, motifFigure } from './motifFigure';
export { liveCurve, onStop, type Progress, progress, type StopSignal } from './progress';
export { renderPng, renderSvg } from './render';
export { type ReportTableOptions, reportTable, type TableCell, type TableEstimate, type TableRow } from './reportTable';
export { requireElements } from './requireElements';
export type { ChartOptions, Reference } from './style';
export { trainedModels } from './trainedModels';
