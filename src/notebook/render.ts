import { InputError } from '../core';
import { loadOptional } from '../core/optional';
import { nextTurn } from '../core/turn';
import { loadPlotly } from './browser';
import type { Figure } from './figure';
import { figureSize } from './figure';
import { loadResvg, resvgFonts } from './fonts';

type RenderedImage = ReturnType<import('@resvg/resvg-js').Resvg['render']>;

// Trace types that draw with WebGL only, which no machine without a browser has.
const WEBGL =
  /^(scatter3d|surface|mesh3d|isosurface|volume|cone|streamtube|.*gl|(scatter|choropleth|density)map(box)?)$/;

/**
 * Draws a figure as SVG text without a browser: plotly.js in jsdom, or the figure's own `static` drawing.
 *
 * @throws InputError for a 3-D or WebGL figure that brings no static drawing
 */
export async function renderSvg(figure: Figure): Promise<string> {
  if (figure.static !== undefined) return figure.static;
  const wanted = figure.data.find((trace) => WEBGL.test(String(trace.type)));
  if (wanted !== undefined) {
    throw new InputError('figure.static', 'nothing', `an SVG drawing, because ${wanted.type} traces need a browser`);
  }
  const { width, height } = figureSize(figure);
  // A copy: plotly writes into what it draws.
  const copy = JSON.parse(figureJson(figure)) as object;
  const svg = await loadPlotly().toImage(copy, { format: 'svg', imageDataOnly: true, width, height });
  return forResvg(svg);
}

/** Draws a figure as PNG bytes without a browser, `scale` pixels to a figure pixel (default 2). */
export async function renderPng(figure: Figure, scale = 2): Promise<Uint8Array> {
  return (await rendered(figure, scale)).asPng();
}

/**
 * Draws a figure as PNG bytes, one pixel to one, with the 256 colors that it needs most: a quarter of the bytes, and no
 * difference that the eye sees.
 */
export async function renderCompactPng(figure: Figure): Promise<Uint8Array> {
  const { encode } = loadOptional(() => require('upng-js')) as {
    encode(frames: ArrayBuffer[], width: number, height: number, colors: number): ArrayBuffer;
  };
  const { pixels, width, height } = await rendered(figure, 1);
  return new Uint8Array(encode([Uint8Array.from(pixels).buffer], width, height, 256));
}

async function rendered(figure: Figure, scale: number): Promise<RenderedImage> {
  const Resvg = loadResvg();
  const svg = await renderSvg(figure);
  const options = { font: resvgFonts(), background: 'white', fitTo: { mode: 'zoom', value: scale } } as const;
  const image = new Resvg(svg, options).render();
  // What a picture held outside of the heap is freed when the event loop turns, and on no earlier occasion.
  await nextTurn();
  return image;
}

/** The figure as plotly's JSON text: typed arrays as plain ones, numbers to six digits, not-a-number as null. */
export function figureJson(figure: Figure): string {
  const { data, layout } = figure;
  return JSON.stringify({ data, layout }, (_, value) => {
    if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(6)) : null;
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
    return value;
  });
}

/** What resvg does not read the way browsers do. */
function forResvg(svg: string): string {
  return svg
    .replace(/^data:image\/svg\+xml,/, '')
    .replace(/url\('(#[^']+)'\)/g, 'url($1)')
    .replace(/url\(&quot;(#[^&]+)&quot;\)/g, 'url($1)')
    .replace(/image-rendering: ?pixelated/g, 'image-rendering:optimizeSpeed');
}
