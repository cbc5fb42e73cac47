import { createHash } from 'node:crypto';
import * as drawing from './drawing';
import type { Figure } from './figure';
import { escapeXml, textWidth } from './fonts';

/** Layout of scenes on the page; see {@link drawing.Drawing}. */
export interface PageOptions {
  columns: number;
  size: number;
  extent: number;
  /** The point of the paper to center, Å, if all scenes are to share it; default each scene's own middle. */
  middle?: { x: number; y: number };
  labelsInside?: boolean;
  animated?: boolean;
}

const KEY_SIZE = drawing.look().titleSize - 1;

/** Scenes in rows, each under its title, with a key and a bar of 1 Å, which holds for all of them. */
export function sceneFigure(
  scenes: readonly drawing.Scene[],
  views: readonly drawing.View[],
  key: drawing.ColorKey[],
  { columns, size, extent, middle, labelsInside = false, animated = false }: PageOptions,
): Figure {
  const { title: titleRoom, key: keyRoom } = drawing.look();
  const unit = size / 2 / extent;
  const entries = key.reduce((sum, { name }) => sum + textWidth(name, KEY_SIZE) + 44, unit + 50);
  const made = {
    scenes: scenes.map(written),
    views: views.map((view) => Array.from(view, (value) => Math.round(1e6 * value) / 1e6)),
    middles: scenes.map((scene, k) => {
      const { x, y } = middle ?? paperBox(scene, views[k]);
      return { x: thousandths(x), y: thousandths(y) };
    }),
    key: key.map((entry) => ({ ...entry, name: escapeXml(entry.name) })),
    columns,
    size,
    extent,
    width: Math.max(columns * size, Math.ceil(entries)),
    height: Math.ceil(scenes.length / columns) * (size + titleRoom) + keyRoom,
    labelsInside,
    animated,
  };
  const id = createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 8);
  const whole = { ...made, id, legend: legend(key, unit, entries, id) };
  const { width, height } = whole;
  return { data: [], layout: { width, height }, static: drawing.picture(whole), drawing: whole };
}

/** A scene as it is stored: thousandths of an Å are more than a picture shows. */
function written({ title, atoms, bonds }: drawing.Scene): drawing.Scene {
  return {
    ...(title === undefined ? {} : { title: escapeXml(title) }),
    atoms: atoms.map(({ x, y, z, label, hover, ...rest }) => ({
      ...{ x: thousandths(x), y: thousandths(y), z: thousandths(z), ...rest },
      ...(label === undefined ? {} : { label: escapeXml(label), half: thousandths(textWidth(label, 1) / 2) }),
      ...(hover === undefined ? {} : { hover: escapeXml(hover) }),
    })),
    bonds,
  };
}

function thousandths(x: number): number {
  return Math.round(1000 * x) / 1000;
}

/** Middle of a scene on paper, and half its greater side, Å. */
export function paperBox({ atoms }: drawing.Scene, view: drawing.View): { x: number; y: number; half: number } {
  const positions = atoms.flatMap(({ x, y, z }) => [x, y, z]);
  const flat = drawing.project(positions, view);
  const side = (k: number): [number, number] => [
    Math.min(...atoms.map(({ radius }, i) => flat[3 * i + k] - radius)),
    Math.max(...atoms.map(({ radius }, i) => flat[3 * i + k] + radius)),
  ];
  const [[left, right], [bottom, top]] = [side(0), side(1)];
  return { x: (left + right) / 2, y: (bottom + top) / 2, half: Math.max(right - left, top - bottom) / 2 };
}

function legend(key: readonly drawing.ColorKey[], unit: number, width: number, id: string): string {
  let x = 4 - width / 2;
  const drop = 0.36 * KEY_SIZE;
  const entries = key.map(({ name, color, open }, k) => {
    const circle = `cx="${drawing.fix(x + 12)}" cy="0" r="8"`;
    const ball = open ? drawing.openBall(circle, color) : drawing.solidBall(circle, `ball${id}-${k}`);
    const entry = ball + drawing.textSvg(escapeXml(name), x + 26, drop, KEY_SIZE, 'start');
    x += textWidth(name, KEY_SIZE) + 44;
    return entry;
  });
  const [from, to] = [x + 4, x + 4 + unit].map(drawing.fix);
  const pen = `fill="none" stroke="${drawing.look().ink}" stroke-width="1.4"`;
  const bar = `<path d="M${from},-5V5M${from},0H${to}M${to},-5V5" ${pen}/>`;
  return entries.join('') + bar + drawing.textSvg('1 Å', x + unit + 12, drop, KEY_SIZE, 'start');
}

/** What goes to the browser: every function of the drawing, which call each other by name. */
const FUNCTIONS = Object.values(drawing).filter((value) => typeof value === 'function');

/**
 * A drawing for a browser, to be sent right after its picture, whose place it takes. Where scripts do not run, as in
 * notebooks that nobody trusts yet, it is nothing and the picture stays.
 */
export function viewerHtml(made: drawing.Drawing): string {
  const place = `data-drawing="${made.id}"`;
  const json = JSON.stringify(made).replaceAll('<', '\\u003c');
  const open = `for (const root of document.querySelectorAll('[${place}]:not([data-open])')) {
  root.dataset.open = '';
  const still = root.closest('.jp-OutputArea-child')?.previousElementSibling;
  if (still?.querySelector('img')) still.style.display = 'none';
  openDrawing(root, ${json});
}`;
  return `<div ${place}></div>\n<script>(() => {\n${FUNCTIONS.map(String).join('\n')}\n${open}\n})();</script>`;
}
