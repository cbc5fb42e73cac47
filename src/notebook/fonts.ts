import { dirname, join } from 'node:path';
import { loadOptional } from '../core/optional';

/**
 * The font of every figure. It comes with the package, so that static pictures do not depend on the machine's fonts.
 */
export const FONT_NAME = 'DejaVu Sans';

/** CSS font list of figures: the package's font, then the nearest that browsers have. */
export const FONT_FAMILY = 'DejaVu Sans, Verdana, Arial, sans-serif';

/** The class that draws SVG as pixels. */
export function loadResvg(): typeof import('@resvg/resvg-js').Resvg {
  return loadOptional(() => require('@resvg/resvg-js') as typeof import('@resvg/resvg-js')).Resvg;
}

/** The options under which resvg draws every static picture: the packaged font and nothing of the machine's. */
export function resvgFonts(): NonNullable<import('@resvg/resvg-js').ResvgRenderOptions['font']> {
  const folder = loadOptional(() => join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf'));
  const files = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSans-Oblique.ttf', 'DejaVuSans-BoldOblique.ttf'];
  return {
    loadSystemFonts: false,
    fontFiles: files.map((file) => join(folder, file)),
    defaultFontFamily: FONT_NAME,
    sansSerifFamily: FONT_NAME,
  };
}

/** Height of a line of text over its font size: DejaVu Sans has ascent 0.928 and descent 0.236. */
export const LINE_HEIGHT = 1.164;
/** Height of the font above its baseline, over its font size. */
export const ASCENT = 0.928;

const widths = new Map<string, number>();

/** Width of one line of text in pixels, as resvg will draw it. */
export function textWidth(text: string, size: number, bold = false): number {
  if (text.trim() === '') return 0.318 * size * text.length;
  const key = `${bold ? 'b' : 'n'}${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = measure(text, bold);
    widths.set(key, width);
  }
  return (width * size) / 100;
}

function measure(text: string, bold: boolean): number {
  const Resvg = loadResvg();
  const all = resvgFonts();
  const font = { ...all, fontFiles: [all.fontFiles![bold ? 1 : 0]] };
  const weight = bold ? 'bold' : 'normal';
  const style = `font-family="${FONT_NAME}" font-size="100" font-weight="${weight}"`;
  const line = `<text ${style}>${escapeXml(text)}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${line}</svg>`;
  const box = new Resvg(svg, { font }).getBBox();
  // Both side bearings: the box covers ink only.
  return box === undefined ? 0 : box.width + 2 * Math.max(0, box.x);
}

/** Text as it may stand in SVG or HTML. */
export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
