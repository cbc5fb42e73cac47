import { ASCENT, escapeXml, FONT_NAME, textWidth } from './fonts';
import { project, type View } from './projection';
import { FONT_SIZE, INK } from './style';

/** An atom to draw; Å. */
export interface DrawnAtom {
  x: number;
  y: number;
  z: number;
  /** Å, on paper. */
  radius: number;
  /** Index into the drawing's colors. */
  color: number;
  label?: string;
}

/** A bond between two atoms, by index. */
export type DrawnBond = [number, number];

/** One motif ready to draw. */
export interface Scene {
  title?: string;
  atoms: DrawnAtom[];
  bonds: DrawnBond[];
}

/** What the colors mean. */
export interface ColorKey {
  name: string;
  color: string;
}

/** Layout of scenes on the page, in pixels. */
export interface PageOptions {
  columns: number;
  size: number;
  /** Å from the center of a scene to its border. */
  extent: number;
  /** Writes a bar of 1 Å into each scene. */
  scaleBar: boolean;
}

const TITLE_ROOM = 26;
const KEY_ROOM = 34;

/** Width and height of the page for so many scenes. */
export function pageSize(count: number, options: PageOptions, key: boolean): { width: number; height: number } {
  const rows = Math.ceil(count / options.columns);
  const width = options.columns * options.size;
  return { width: Math.max(width, 320), height: rows * (options.size + TITLE_ROOM) + (key ? KEY_ROOM : 0) };
}

/** Scenes as SVG text: shaded spheres and bonds, the far ones first and paler. */
export function drawScenes(
  scenes: readonly Scene[],
  views: readonly View[],
  key: readonly ColorKey[],
  options: PageOptions,
): string {
  const { width, height } = pageSize(scenes.length, options, key.length > 0);
  const colors = key.map(({ color }) => color);
  const left = (width - options.columns * options.size) / 2;
  const parts = scenes.map((scene, index) => {
    const x = left + (index % options.columns) * options.size;
    const y = Math.floor(index / options.columns) * (options.size + TITLE_ROOM);
    return `<g transform="translate(${x},${y})">${drawScene(scene, views[index], options)}</g>`;
  });
  if (key.length > 0) parts.push(drawKey(key, width, height - KEY_ROOM / 2));
  const head = `xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg ${head}><rect width="100%" height="100%" fill="white"/><defs>${colors.map(gradient).join('')}</defs>${parts.join('')}</svg>`;
}

function gradient(color: string, index: number): string {
  const stops = `<stop offset="0" stop-color="${mix(color, '#ffffff', 0.7)}"/><stop offset="0.45" stop-color="${color}"/>`;
  return `<radialGradient id="ball${index}" cx="0.36" cy="0.32" r="0.75">${stops}<stop offset="1" stop-color="${mix(color, '#000000', 0.5)}"/></radialGradient>`;
}

function drawScene(scene: Scene, view: View, options: PageOptions): string {
  const { size, extent } = options;
  const unit = size / 2 / extent;
  const flat = project(
    scene.atoms.flatMap(({ x, y, z }) => [x, y, z]),
    view,
  );
  const place = (i: number): { x: number; y: number; depth: number } => ({
    x: size / 2 + flat[3 * i] * unit,
    y: TITLE_ROOM + size / 2 - flat[3 * i + 1] * unit,
    depth: flat[3 * i + 2] / extent,
  });
  const items: { depth: number; svg: string }[] = [];
  for (const [i, j] of scene.bonds) {
    items.push({ depth: (place(i).depth + place(j).depth) / 2, svg: drawBond(place(i), place(j), unit) });
  }
  scene.atoms.forEach((atom, i) => {
    const at = place(i);
    items.push({ depth: at.depth + 1e-6, svg: drawBall(atom, at, unit) });
  });
  items.sort((a, b) => a.depth - b.depth);
  const labels = scene.atoms.map((atom, i) => drawLabel(atom, place(i), unit, size)).join('');
  const title = scene.title === undefined ? '' : text(scene.title, size / 2, 17, FONT_SIZE, 'middle');
  const bar = options.scaleBar ? drawScaleBar(unit, size + TITLE_ROOM - 12) : '';
  return title + items.map(({ svg }) => svg).join('') + labels + bar;
}

/** Paleness of what lies behind: none at the front, up to 0.45 at the back. */
function fog(depth: number): number {
  return Math.min(0.45, Math.max(0, 0.22 - 0.3 * depth));
}

function ballRadius(atom: DrawnAtom, depth: number, unit: number): number {
  return atom.radius * unit * (1 + 0.18 * depth);
}

function drawBall(atom: DrawnAtom, at: { x: number; y: number; depth: number }, unit: number): string {
  const circle = `cx="${fix(at.x)}" cy="${fix(at.y)}" r="${fix(ballRadius(atom, at.depth, unit))}"`;
  const veil = `<circle ${circle} fill="white" fill-opacity="${fix(fog(at.depth))}"/>`;
  return `<circle ${circle} fill="url(#ball${atom.color})" stroke="${INK}" stroke-width="0.7"/>${veil}`;
}

function drawBond(
  a: { x: number; y: number; depth: number },
  b: { x: number; y: number; depth: number },
  unit: number,
): string {
  const depth = (a.depth + b.depth) / 2;
  const width = 0.2 * unit * (1 + 0.18 * depth);
  const line = `x1="${fix(a.x)}" y1="${fix(a.y)}" x2="${fix(b.x)}" y2="${fix(b.y)}" stroke-linecap="round"`;
  const body = mix('#8a8a8a', '#ffffff', fog(depth));
  return `<line ${line} stroke="${mix('#444444', '#ffffff', fog(depth))}" stroke-width="${fix(width + 1.6)}"/><line ${line} stroke="${body}" stroke-width="${fix(width)}"/>`;
}

/** The label stands outside the ball, away from the center of the picture. */
function drawLabel(atom: DrawnAtom, at: { x: number; y: number; depth: number }, unit: number, size: number): string {
  if (atom.label === undefined) return '';
  const fontSize = Math.max(10, Math.min(13, size / 20));
  const [dx, dy] = [at.x - size / 2, at.y - TITLE_ROOM - size / 2];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = length < 1 ? [0.7, 0.7] : [dx / length, dy / length];
  const reach = ballRadius(atom, at.depth, unit) + 3;
  const half = textWidth(atom.label, fontSize) / 2;
  const x = Math.min(size - half - 2, Math.max(half + 2, at.x + ux * (reach + half)));
  const y = at.y + uy * (reach + fontSize / 2);
  return text(atom.label, x, y + (ASCENT - 0.57) * fontSize, fontSize, 'middle', true);
}

function drawScaleBar(unit: number, y: number): string {
  const [x, end] = [12, 12 + unit];
  const line = `<path d="M${x},${y - 4}V${y}H${fix(end)}V${y - 4}" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
  return line + text('1 Å', (x + end) / 2, y - 6, 11, 'middle');
}

function drawKey(key: readonly ColorKey[], width: number, y: number): string {
  const size = FONT_SIZE - 1;
  const widths = key.map(({ name }) => 30 + textWidth(name, size) + 18);
  let x = (width - widths.reduce((sum, w) => sum + w, 0)) / 2;
  return key
    .map(({ name }, index) => {
      const ball = `<circle cx="${fix(x + 12)}" cy="${y}" r="8" fill="url(#ball${index})" stroke="${INK}" stroke-width="0.7"/>`;
      const entry = ball + text(name, x + 26, y + 0.36 * size, size, 'start');
      x += widths[index];
      return entry;
    })
    .join('');
}

function text(content: string, x: number, y: number, size: number, anchor: string, halo = false): string {
  const attributes = `x="${fix(x)}" y="${fix(y)}" font-family="${FONT_NAME}, Verdana, Arial, sans-serif" font-size="${size}" text-anchor="${anchor}"`;
  const body = `<text ${attributes} fill="${INK}">${escapeXml(content)}</text>`;
  if (!halo) return body;
  return `<text ${attributes} fill="white" stroke="white" stroke-width="3.5" stroke-linejoin="round">${escapeXml(content)}</text>${body}`;
}

function mix(color: string, other: string, share: number): string {
  const channel = (from: string, at: number): number => Number.parseInt(from.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(color, at) * (1 - share) + channel(other, at) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
