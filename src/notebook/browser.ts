import { loadOptional } from '../core/optional';
import { ASCENT, LINE_HEIGHT, textWidth } from './fonts';

/** The part of plotly.js used here. */
export interface Plotly {
  toImage(figure: object, options: object): Promise<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: types of the DOM would need TypeScript's dom library, unused here
type Dom = any;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

let loaded: Plotly | undefined;

/**
 * plotly.js inside jsdom, loaded once (about 2 s). jsdom has no layout and no canvas; what plotly asks of them is
 * supplied here: boxes of text from the font's own widths, and a canvas that keeps heat maps as rectangles.
 */
export function loadPlotly(): Plotly {
  if (loaded === undefined) {
    const { readFileSync } = require('node:fs') as typeof import('node:fs');
    const { JSDOM, VirtualConsole } = loadOptional(() => require('jsdom')) as Dom;
    const plotly = loadOptional(() => require.resolve('plotly.js-dist/plotly.js'));
    const dom = new JSDOM('<!DOCTYPE html><body></body>', {
      runScripts: 'outside-only',
      pretendToBeVisual: false,
      virtualConsole: new VirtualConsole(),
    });
    addLayout(dom.window);
    addCanvas(dom.window);
    Object.assign(dom.window, { TextDecoder, TextEncoder });
    dom.window.URL.createObjectURL = () => 'blob:none';
    dom.window.URL.revokeObjectURL = () => {};
    dom.window.eval(readFileSync(plotly, 'utf8'));
    loaded = dom.window.Plotly as Plotly;
  }
  return loaded;
}

function addLayout(window: Dom): void {
  const element = window.Element.prototype;
  const svg = window.SVGElement.prototype;
  const domRect = (box: Box): object => ({
    ...box,
    x: box.left,
    y: box.top,
    width: box.right - box.left,
    height: box.bottom - box.top,
  });
  const html = element.getBoundingClientRect;
  element.getBoundingClientRect = function (this: Dom): object {
    if (!(this instanceof window.SVGElement)) return html.call(this);
    return domRect(boxOf(this) ?? { left: 0, top: 0, right: 0, bottom: 0 });
  };
  svg.getBBox = function (this: Dom): object {
    return domRect(boxOf(this) ?? { left: 0, top: 0, right: 0, bottom: 0 });
  };
  svg.getComputedTextLength = function (this: Dom): number {
    const box = boxOf(this);
    return box === undefined ? 0 : box.right - box.left;
  };
  svg.getTotalLength = () => 0;
  svg.getPointAtLength = () => ({ x: 0, y: 0 });
}

/** Box of a text, or of all that an element holds, in its own coordinates; undefined if it draws nothing. */
function boxOf(node: Dom): Box | undefined {
  const tag = node.tagName?.toLowerCase();
  if (tag === 'text' || tag === 'tspan') return textBox(node);
  if (tag === 'rect' || tag === 'image') {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => Number(node.getAttribute(name) ?? 0));
    return { left: x, top: y, right: x + width, bottom: y + height };
  }
  let box: Box | undefined;
  for (const child of node.children) {
    const inner = boxOf(child);
    if (inner === undefined) continue;
    const moved = transformed(inner, child.getAttribute('transform') ?? '');
    box = box === undefined ? moved : union(box, moved);
  }
  return box;
}

function union(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** The box around a box after an SVG transform of translations, rotations and scalings. */
function transformed(box: Box, transform: string): Box {
  let corners = [
    [box.left, box.top],
    [box.right, box.top],
    [box.left, box.bottom],
    [box.right, box.bottom],
  ];
  // The last one written acts first.
  for (const [, name, list] of [...transform.matchAll(/(translate|rotate|scale)\(([^)]*)\)/g)].reverse()) {
    const [a, b = name === 'scale' ? a : 0, c = 0] = list.split(/[\s,]+/).map(Number);
    const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
    corners = corners.map(([x, y]) => {
      if (name === 'translate') return [x + a, y + b];
      if (name === 'scale') return [x * a, y * b];
      return [b + cos * (x - b) - sin * (y - c), c + sin * (x - b) + cos * (y - c)];
    });
  }
  const [x, y] = [0, 1].map((k) => corners.map((corner) => corner[k]));
  return { left: Math.min(...x), top: Math.min(...y), right: Math.max(...x), bottom: Math.max(...y) };
}

function textBox(node: Dom): Box | undefined {
  const lines = node.querySelectorAll('tspan.line');
  const size = fontSize(node);
  const rows: Dom[] = lines.length > 0 ? [...lines] : [node];
  const width = Math.max(...rows.map((row) => runWidth(row, size, isBold(node))));
  if (!(width > 0)) return undefined;
  const x = Number(node.getAttribute('x') ?? 0);
  const y = Number(node.getAttribute('y') ?? 0);
  const anchor = styleOf(node, 'text-anchor') ?? 'start';
  const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x;
  const top = y - ASCENT * size;
  // plotly sets further lines 1.3 em apart.
  return { left, top, right: left + width, bottom: top + size * (LINE_HEIGHT + 1.3 * (rows.length - 1)) };
}

/** Width of a text with its sub- and superscripts, which plotly sets in smaller tspans. */
function runWidth(node: Dom, size: number, bold: boolean): number {
  let width = 0;
  for (const child of node.childNodes) {
    if (child.nodeType === 3) width += textWidth(child.nodeValue ?? '', size, bold);
    else if (child.nodeType === 1) width += runWidth(child, fontSize(child, size), bold || isBold(child));
  }
  return width;
}

function styleOf(node: Dom, name: string): string | undefined {
  for (let at = node; at?.getAttribute !== undefined && at !== null; at = at.parentNode) {
    const value = at.style?.getPropertyValue?.(name) || at.getAttribute(name);
    if (value) return value;
  }
  return undefined;
}

function isBold(node: Dom): boolean {
  const weight = styleOf(node, 'font-weight') ?? 'normal';
  return weight === 'bold' || Number(weight) >= 600;
}

function fontSize(node: Dom, inherited?: number): number {
  const own = node.style?.getPropertyValue?.('font-size') || node.getAttribute('font-size');
  const value = own || (inherited === undefined ? styleOf(node.parentNode, 'font-size') : undefined);
  if (!value) return inherited ?? 12;
  return /%$/.test(value) ? ((inherited ?? 12) * Number.parseFloat(value)) / 100 : Number.parseFloat(value);
}

function addCanvas(window: Dom): void {
  const canvas = window.HTMLCanvasElement.prototype;
  canvas.getContext = function (this: Dom, kind: string): object | null {
    if (kind !== '2d') return null;
    const rectangles: string[] = [];
    this.rectangles = rectangles;
    return {
      fillStyle: '#000',
      fillRect(this: { fillStyle: string }, x: number, y: number, width: number, height: number): void {
        const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
        rectangles.push(`<rect ${box} fill="${this.fillStyle}"/>`);
      },
      clearRect(): void {
        rectangles.length = 0;
      },
      createImageData: (width: number, height: number) => ({
        width,
        height,
        data: new Uint8ClampedArray(4 * width * height),
      }),
      putImageData: (image: Pixels) => void rectangles.push(...pixelRectangles(image)),
      measureText: (text: string) => ({ width: textWidth(text, 12) }),
    };
  };
  canvas.toDataURL = function (this: Dom): string {
    const size = `width="${this.width}" height="${this.height}"`;
    const body = (this.rectangles ?? []).join('');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} shape-rendering="crispEdges">${body}</svg>`;
    return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  };
}

interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** An image as few rectangles: equal rows together, equal neighbors in a row together. */
function pixelRectangles({ width, height, data }: Pixels): string[] {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const row = (y: number): Uint32Array => pixels.subarray(y * width, (y + 1) * width);
  const out: string[] = [];
  for (let y = 0; y < height; ) {
    let below = y + 1;
    while (below < height && row(below).every((pixel, x) => pixel === row(y)[x])) below++;
    for (let x = 0; x < width; ) {
      let right = x + 1;
      while (right < width && row(y)[right] === row(y)[x]) right++;
      const [r, g, b, a] = data.subarray(4 * (y * width + x));
      const box = `x="${x}" y="${y}" width="${right - x}" height="${below - y}"`;
      if (a > 0) out.push(`<rect ${box} fill="rgb(${r},${g},${b})" fill-opacity="${a / 255}"/>`);
      x = right;
    }
    y = below;
  }
  return out;
}
