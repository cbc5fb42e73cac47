import { Resvg } from '@resvg/resvg-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { curvesFigure, densityFigure, type Figure, heatmapFigure, renderPng, renderSvg } from '../../src/notebook';
import { resvgFonts, textWidth } from '../../src/notebook/fonts';
import { motifFigure } from '../../src/notebook/motifFigure';
import { figureJson, renderCompactPng } from '../../src/notebook/render';

const LINE = curvesFigure([{ name: 'a', x: [0, 1, 2], y: [0, 1000, 4000] }], {
  xLabel: 'r (Å)',
  yLabel: 'Energy (eV)',
});

/** Pixels darker than half in a picture. */
function darkPixels(svg: string): number {
  const { pixels } = new Resvg(svg, { font: resvgFonts(), background: 'white' }).render();
  let dark = 0;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i] < 128) dark++;
  return dark;
}

describe('renderSvg', () => {
  let svg = '';
  beforeAll(async () => {
    svg = await renderSvg(LINE);
  }, 60_000);

  it('draws the figure at its size, with its labels', () => {
    expect(svg).toMatch(/^<svg[^>]* width="720" height="440"/);
    expect(svg).toContain('r (Å)');
    expect(svg).toContain('Energy (eV)');
  });

  it('draws labels in a font that comes with the package', () => {
    // The same picture without its texts is emptier, so the texts are there; resvg was given no system fonts.
    expect(resvgFonts().loadSystemFonts).toBe(false);
    expect(darkPixels(svg)).toBeGreaterThan(darkPixels(svg.replace(/<text.*?<\/text>/g, '')) + 500);
  });

  it('keeps the title of the y axis clear of its tick labels', () => {
    const [, x] = /class="ytitle" transform="rotate\(-90,([\d.]+),/.exec(svg)!;
    const [, shift] = /class="g-ytitle"(?: transform="translate\((-?[\d.]+))?/.exec(svg)!;
    const labels = [...svg.matchAll(/<text text-anchor="end" x="([\d.]+)"[^>]*font-size: ([\d.]+)px[^>]*>([^<]+)</g)];
    expect(labels.length).toBeGreaterThan(3);
    const left = Math.min(...labels.map(([, at, size, text]) => Number(at) - textWidth(text, Number(size))));
    // The title's center line; half a line of it lies to the right.
    expect(Number(x) + Number(shift ?? 0) + 7).toBeLessThan(left);
  });

  it('does not change the figure it is given', async () => {
    const before = JSON.stringify(LINE);
    await renderSvg(LINE);
    expect(JSON.stringify(LINE)).toBe(before);
  });

  it('draws heat maps and density maps, which need a canvas', async () => {
    const map = await renderSvg(heatmapFigure([1, -1, 0.5, 0], 2, 2));
    expect(Buffer.from(/svg\+xml;base64,([\w+/=]+)/.exec(map)![1], 'base64').toString()).toContain('<rect');
    const values = Float64Array.from({ length: 500 }, (_, k) => Math.sin(k));
    const density = await renderSvg(densityFigure(values, values, { bins: 10 }));
    expect(Buffer.from(/svg\+xml;base64,([\w+/=]+)/.exec(density)![1], 'base64').toString()).toContain('<rect');
  });

  it('takes the own drawing of a 3-D figure, and refuses one without', async () => {
    const figure = motifFigure([{ positions: [0, 0, 2] }]);
    expect(await renderSvg(figure)).toBe(figure.static);
    const bare: Figure = { data: [{ type: 'scatter3d' }], layout: figure.layout };
    await expect(renderSvg(bare)).rejects.toThrow('figure.static: found nothing');
  });
});

describe('renderPng and renderCompactPng', () => {
  it('give the figure at the scale asked for, with at most 256 colors and nearly the same pixels', async () => {
    const png = Buffer.from(await renderPng(LINE, 1));
    const small = Buffer.from(await renderCompactPng(LINE));
    for (const bytes of [png, small]) {
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([720, 440]);
    }
    expect(small.length).toBeLessThan(png.length);
    // Color type 3: a palette.
    expect(small[25]).toBe(3);
    const pixels = [png, small].map((bytes) => {
      const href = `data:image/png;base64,${bytes.toString('base64')}`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="440"><image width="720" height="440" href="${href}"/></svg>`;
      return new Resvg(svg).render().pixels;
    });
    let difference = 0;
    for (let i = 0; i < pixels[0].length; i++) difference += Math.abs(pixels[0][i] - pixels[1][i]);
    expect(difference / pixels[0].length).toBeLessThan(0.5);
    expect(Buffer.from(await renderPng(LINE, 2)).readUInt32BE(16)).toBe(1440);
  });
});

describe('many figures', () => {
  it('let the event loop turn at each, without which what they hold is never freed', async () => {
    const figure = motifFigure([{ positions: [0, 0, 2] }]);
    let turns = 0;
    const count = (): void => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    for (let k = 0; k < 10; k++) await renderPng(figure, 1);
    clearImmediate(timer);
    expect(turns).toBeGreaterThanOrEqual(9);
  });
});

describe('figureJson', () => {
  it('writes typed arrays as arrays, six digits, and null for what is no number', () => {
    const figure: Figure = {
      data: [{ x: Float64Array.of(1 / 3, Number.NaN), y: [1e-9 / 3] }],
      layout: {},
      static: '<svg/>',
    };
    expect(JSON.parse(figureJson(figure))).toEqual({ data: [{ x: [0.333333, null], y: [3.33333e-10] }], layout: {} });
  });
});
