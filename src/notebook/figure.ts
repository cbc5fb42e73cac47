import type { Drawing } from './drawing';

/** A plotly trace: any of plotly's trace attributes. */
export type Trace = Record<string, unknown>;

/** A figure: what plotly draws, and optionally a drawing of its own for where no browser runs. */
export interface Figure {
  data: Trace[];
  /** `width` and `height` in pixels are part of the layout, so that screen and print agree. */
  layout: Record<string, unknown>;
  /** SVG text used in place of plotly's drawing for the static picture (3-D figures need one). */
  static?: string;
  /** Atoms to turn with the pointer, drawn in place of `data` (see `motifFigure`). */
  drawing?: Drawing;
}

/** Size of a figure in pixels: its layout's, or plotly's defaults. */
export function figureSize(figure: Figure): { width: number; height: number } {
  const { width, height } = figure.layout as { width?: number; height?: number };
  return { width: width ?? 700, height: height ?? 450 };
}
