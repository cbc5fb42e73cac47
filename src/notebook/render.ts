import { InputError } from '../core';
import { loadPlotly } from './browser';
import type { Figure } from './figure';
import { figureSize } from './figure';
import { resvgFonts } from './fonts';

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
  const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
  const svg = await renderSvg(figure);
  const options = { font: resvgFonts(), background: 'white', fitTo: { mode: 'zoom', value: scale } } as const;
  return new Resvg(svg, options).render().asPng();
}

interface PngImage {
  width: number;
  height: number;
}

/** The picture with its 256 most needed colors: a quarter of the bytes, and no difference that the eye sees. */
export function compactPng(png: Uint8Array): Uint8Array {
  const codec = require('upng-js') as {
    decode(bytes: ArrayBufferLike): PngImage;
    toRGBA8(image: PngImage): ArrayBuffer[];
    encode(frames: ArrayBuffer[], width: number, height: number, colors: number): ArrayBuffer;
  };
  const image = codec.decode(Uint8Array.from(png).buffer);
  return new Uint8Array(codec.encode(codec.toRGBA8(image), image.width, image.height, 256));
}

/** The figure as plotly's JSON text: typed arrays as plain ones, numbers to six digits, not-a-number as null. */
export function figureJson(figure: Figure): string {
  const { data, layout, frames } = figure;
  return JSON.stringify({ data, layout, ...(frames === undefined ? {} : { frames }) }, (_, value) => {
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
