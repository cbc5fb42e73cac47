import { FONT_FAMILY } from './fonts';

/**
 * Okabe–Ito's colors that vision deficiencies keep apart (Okabe & Ito, Color Universal Design, 2008), most different
 * first; yellow is left out because it vanishes on white paper.
 */
export const PALETTE: readonly string[] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'];

/** Line dashes and marker symbols beside the colors, so that series differ in gray print too. */
export const DASHES: readonly string[] = [
  'solid',
  '7px,3px',
  '2px,2px',
  '8px,3px,2px,3px',
  '12px,3px',
  '4px,2px',
  '12px,3px,2px,3px',
];
export const SYMBOLS: readonly string[] = ['circle', 'square', 'diamond', 'triangle-up', 'x', 'cross', 'star'];

/** Diverging colors, blue through white to red, equally dark at both ends (ColorBrewer RdBu). */
export const DIVERGING: readonly [number, string][] = [
  [0, '#2166ac'],
  [0.25, '#92c5de'],
  [0.5, '#f7f7f7'],
  [0.75, '#f4a582'],
  [1, '#b2182b'],
];

/** White to dark blue, even in lightness, for counts. */
export const SEQUENTIAL: readonly [number, string][] = [
  [0, '#ffffff'],
  [0.05, '#deebf7'],
  [0.35, '#6baed6'],
  [0.7, '#2171b5'],
  [1, '#08306b'],
];

export const INK = '#222222';
export const FONT_SIZE = 14;

/** Color, dash and symbol of the i-th series. */
export function seriesStyle(index: number): { color: string; dash: string; symbol: string } {
  return {
    color: PALETTE[index % PALETTE.length],
    dash: DASHES[index % DASHES.length],
    symbol: SYMBOLS[index % SYMBOLS.length],
  };
}

/** `#rrggbb` with an opacity. */
export function withOpacity(color: string, opacity: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${opacity})`;
}

/** Options every chart takes. */
export interface ChartOptions {
  /** Short title above the figure; what the figure shows belongs in the caption. */
  title?: string;
  /** Axis titles with unit: 'Distance <i>r</i> (Å)'. */
  xLabel?: string;
  yLabel?: string;
  /** Axis ranges, in data units also on a log axis. */
  xRange?: [number, number];
  yRange?: [number, number];
  xLog?: boolean;
  yLog?: boolean;
  /** Draws a unit of x as long as one of y (default false). */
  equalAxes?: boolean;
  /** Pixels. */
  width?: number;
  height?: number;
}

/** Names of {@link ChartOptions}. */
export const CHART_OPTIONS: readonly string[] =
  'title xLabel yLabel xRange yRange xLog yLog width height equalAxes'.split(' ');

/** A value to mark by a dashed line across the plot; its name goes into the legend, where it covers nothing. */
export interface Reference {
  name: string;
  value: number;
}

const REFERENCE_DASHES: readonly string[] = ['6px,3px', '2px,3px', '8px,3px,2px,3px', '12px,4px'];

/** The line of the index-th reference from (x₀, y₀) to (x₁, y₁). */
export function referenceLine(
  name: string,
  x: [number, number],
  y: [number, number],
  index: number,
): Record<string, unknown> {
  const line = { color: ['#222222', '#777777'][index % 2], dash: REFERENCE_DASHES[index % 4], width: 1.6 };
  return { type: 'scatter', mode: 'lines', name, x, y, line, hoverinfo: 'name' };
}

/** Decades; below one and a half of them 1, 2 and 5 too, since decades alone would leave one label or none. */
function logTicks(range: [number, number] | undefined): Record<string, unknown> {
  if (range === undefined || range[1] / range[0] >= 30) return { dtick: 1 };
  const values: number[] = [];
  for (let decade = Math.floor(Math.log10(range[0])); decade <= Math.log10(range[1]); decade++) {
    // Through text, so that 0.2 is not 0.2000…01.
    values.push(...[1, 2, 5].map((digit) => Number(`${digit}e${decade}`)));
  }
  const tickvals = values.filter((value) => value >= range[0] && value <= range[1]);
  return { tickmode: 'array', tickvals, ticktext: tickvals.map(String) };
}

/** One axis in the house style: a boxed frame, inner ticks, the title with its unit. */
export function axis(label: string | undefined, range?: [number, number], log = false): Record<string, unknown> {
  return {
    ...(label === undefined ? {} : { title: { text: label, standoff: 10 } }),
    ...(log ? { type: 'log', ...logTicks(range), minor: { ticks: 'inside', ticklen: 3, dtick: 'D1' } } : {}),
    ...(range === undefined ? {} : { range: log ? range.map(Math.log10) : range }),
    showline: true,
    mirror: 'ticks',
    linecolor: INK,
    linewidth: 1,
    ticks: 'inside',
    tickcolor: INK,
    ticklen: 5,
    gridcolor: '#ebebeb',
    zeroline: false,
    automargin: true,
    exponentformat: 'power',
    showexponent: 'all',
  };
}

/** The layout of one chart: white, legend above the plot where it covers no data. */
export function chartLayout(options: ChartOptions): Record<string, unknown> {
  const { title, equalAxes, width = 720, height = 440 } = options;
  return {
    ...pageLayout(width, height),
    ...(title === undefined
      ? {}
      : { title: { text: title, font: { size: FONT_SIZE + 2 }, x: 0.5, xanchor: 'center' } }),
    margin: { l: 70, r: 24, t: title === undefined ? 24 : 60, b: 60 },
    xaxis: { ...axis(options.xLabel, options.xRange, options.xLog), ...(equalAxes ? { constrain: 'domain' } : {}) },
    yaxis: {
      ...axis(options.yLabel, options.yRange, options.yLog),
      ...(equalAxes ? { scaleanchor: 'x', constrain: 'domain' } : {}),
    },
  };
}

/** What every figure shares, whatever its axes. */
export function pageLayout(width: number, height: number): Record<string, unknown> {
  return {
    width,
    height,
    font: { family: FONT_FAMILY, size: FONT_SIZE, color: INK },
    paper_bgcolor: 'white',
    plot_bgcolor: 'white',
    hovermode: 'closest',
    legend: {
      itemwidth: 40,
      orientation: 'h',
      x: 0,
      xanchor: 'left',
      y: 1.02,
      yanchor: 'bottom',
      bgcolor: 'rgba(255,255,255,0)',
    },
  };
}

/** A number to `digits` decimals with a true minus sign. */
export function formatNumber(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** A color bar; below its title there is room, so that it stands clear of the topmost tick label. */
export function colorBar(label?: string): Record<string, unknown> {
  const text = label === undefined ? '' : `${label}<br>\u00a0`;
  return { title: { text, side: 'top' }, thickness: 14, outlinewidth: 0 };
}
