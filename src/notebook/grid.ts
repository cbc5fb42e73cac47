import { InputError, requireKnownOptions } from '../core';
import type { Figure, Trace } from './figure';
import { FONT_SIZE, pageLayout } from './style';

/** One panel of {@link gridFigure}: a two-dimensional figure and the title above it (`<br>` for a second line). */
export interface Panel {
  title?: string;
  figure: Figure;
}

/** Options of {@link gridFigure}. Pixels. */
export interface GridFigureOptions {
  columns?: number;
  panelWidth?: number;
  panelHeight?: number;
  /** Room left of each panel for tick labels and axis title, and below it. */
  gapX?: number;
  gapY?: number;
}

type Axis = Record<string, unknown> & { title?: { text: string } };

/**
 * Several figures as panels of one, row by row. Axis titles that repeat the panel to the left or below are left out,
 * series of the same name share one legend entry, and heat maps of equal limits one color bar.
 */
export function gridFigure(panels: readonly Panel[], options: GridFigureOptions = {}): Figure {
  requireKnownOptions(options, ['columns', 'panelWidth', 'panelHeight', 'gapX', 'gapY']);
  if (panels.length === 0) throw new InputError('panels', 'none', 'at least one');
  const columns = Math.min(options.columns ?? 2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const { panelWidth = 320, panelHeight = 230, gapX = 75, gapY = 95 } = options;
  const bars = colorBars(panels);
  const names = new Set(panels.flatMap(({ figure }) => figure.data.filter(inLegend).map((trace) => trace.name)));
  const titleRoom =
    12 + 20 * Math.max(0, ...panels.slice(0, columns).map(({ title }) => title?.split('<br>').length ?? 0));
  const margin = { l: gapX, r: bars === 'none' ? 24 : 100, t: titleRoom + (names.size > 1 ? 36 : 0), b: 65 };
  const width = columns * panelWidth + (columns - 1) * gapX;
  const height = rows * panelHeight + (rows - 1) * gapY;
  const layout: Record<string, unknown> = {
    ...pageLayout(width + margin.l + margin.r, height + margin.t + margin.b),
    margin,
  };
  const annotations: object[] = [];
  const data: Trace[] = [];
  const named = new Set<unknown>();
  panels.forEach((panel, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const left = (column * (panelWidth + gapX)) / width;
    const top = 1 - (row * (panelHeight + gapY)) / height;
    const x: [number, number] = [left, left + panelWidth / width];
    const y: [number, number] = [Math.max(0, top - panelHeight / height), top];
    const suffix = index === 0 ? '' : String(index + 1);
    placeAxes(layout, panels, index, columns, x, y);
    for (const trace of panel.figure.data) {
      const placed: Trace = { ...trace, xaxis: `x${suffix}`, yaxis: `y${suffix}` };
      placeLegend(placed, named);
      placeColorBar(placed, bars, index, x, y);
      data.push(placed);
    }
    if (panel.title !== undefined) annotations.push(titleAbove(panel.title, x, y));
  });
  const legend = { ...(layout.legend as object), y: 1 + titleRoom / height };
  return { data, layout: { ...layout, annotations, legend, showlegend: names.size > 1 } };
}

function placeAxes(
  layout: Record<string, unknown>,
  panels: readonly Panel[],
  index: number,
  columns: number,
  x: [number, number],
  y: [number, number],
): void {
  const suffix = index === 0 ? '' : String(index + 1);
  const axisOf = (at: number, name: string): Axis | undefined => panels[at]?.figure.layout[name] as Axis | undefined;
  const place = (name: 'xaxis' | 'yaxis', domain: [number, number], other: string, neighbor: number): void => {
    const own = axisOf(index, name) ?? {};
    const repeats = neighbor >= 0 && axisOf(neighbor, name)?.title?.text === own.title?.text;
    const scale = own.scaleanchor === undefined ? {} : { scaleanchor: `x${suffix}` };
    const title = repeats ? { title: { text: '' } } : {};
    // Panels have their room already: automatic margins would shift them against each other.
    layout[`${name}${suffix}`] = { ...own, ...title, ...scale, domain, anchor: `${other}${suffix}`, automargin: false };
  };
  place('xaxis', x, 'y', index + columns < panels.length ? index + columns : -1);
  place('yaxis', y, 'x', index % columns === 0 ? -1 : index - 1);
}

function inLegend(trace: Trace): boolean {
  return trace.name !== undefined && trace.showlegend !== false;
}

function placeLegend(trace: Trace, named: Set<unknown>): void {
  if (!inLegend(trace)) return;
  trace.showlegend = !named.has(trace.name);
  trace.legendgroup = trace.name;
  named.add(trace.name);
}

/** Whether the panels need no color bar, one for all, or one each. */
function colorBars(panels: readonly Panel[]): 'none' | 'one' | 'each' {
  const maps = panels.flatMap(({ figure }) => figure.data.filter((trace) => trace.colorbar !== undefined));
  if (maps.length === 0) return 'none';
  const same = maps.every(({ zmin, zmax }) => zmin !== undefined && zmin === maps[0].zmin && zmax === maps[0].zmax);
  return same ? 'one' : 'each';
}

function placeColorBar(
  trace: Trace,
  bars: 'none' | 'one' | 'each',
  index: number,
  x: [number, number],
  y: [number, number],
): void {
  if (trace.colorbar === undefined) return;
  if (bars === 'one') {
    trace.showscale = index === 0;
    trace.colorbar = { ...(trace.colorbar as object), x: 1.01, y: 0.5, len: 1 };
  } else {
    trace.colorbar = { ...(trace.colorbar as object), x: x[1] + 0.005, y: (y[0] + y[1]) / 2, len: y[1] - y[0] };
  }
}

function titleAbove(text: string, x: [number, number], y: [number, number]): object {
  const place = { xref: 'paper', yref: 'paper', x: (x[0] + x[1]) / 2, y: y[1], xanchor: 'center', yanchor: 'bottom' };
  return { ...place, text, showarrow: false, yshift: 4, font: { size: FONT_SIZE } };
}
