import { escapeXml, FONT_NAME, textWidth } from './fonts';
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
  /** Draws a dashed, pale ball, for places where no atom was given. */
  open?: boolean;
}

/** Layout of scenes on the page, in pixels. */
export interface PageOptions {
  columns: number;
  size: number;
  /** Å from the center of the picture of a scene to its border. */
  extent: number;
  /** The point of the paper to center, Å, if all scenes are to share it; default each scene's own middle. */
  middle?: { x: number; y: number };
  /** Labels inside the balls rather than beside them. */
  labelsInside: boolean;
}

const TITLE_ROOM = 26;
const KEY_ROOM = 34;

/** Pixels to an Å. */
function unitOf({ size, extent }: PageOptions): number {
  return size / 2 / extent;
}

/** Width and height of the page for so many scenes. */
export function pageSize(
  count: number,
  options: PageOptions,
  key: readonly ColorKey[],
): { width: number; height: number } {
  const rows = Math.ceil(count / options.columns);
  const width = options.columns * options.size;
  return {
    width: Math.max(width, keyWidth(key, unitOf(options))),
    height: rows * (options.size + TITLE_ROOM) + KEY_ROOM,
  };
}

/** Scenes as SVG text: shaded spheres and bonds, the far ones first and paler. */
export function drawScenes(
  scenes: readonly Scene[],
  views: readonly View[],
  key: readonly ColorKey[],
  options: PageOptions,
): string {
  const { width, height } = pageSize(scenes.length, options, key);
  const colors = key.map(({ color }) => color);
  const left = (width - options.columns * options.size) / 2;
  const parts = scenes.map((scene, index) => {
    const x = left + (index % options.columns) * options.size;
    const y = Math.floor(index / options.columns) * (options.size + TITLE_ROOM);
    return `<g transform="translate(${x},${y})">${drawScene(scene, views[index], key, options)}</g>`;
  });
  parts.push(drawKey(key, unitOf(options), width, height - KEY_ROOM / 2));
  const head = `xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg ${head}><rect width="100%" height="100%" fill="white"/><defs>${colors.map(gradient).join('')}</defs>${parts.join('')}</svg>`;
}

function gradient(color: string, index: number): string {
  const stops = `<stop offset="0" stop-color="${mix(color, '#ffffff', 0.7)}"/><stop offset="0.45" stop-color="${color}"/>`;
  return `<radialGradient id="ball${index}" cx="0.36" cy="0.32" r="0.75">${stops}<stop offset="1" stop-color="${mix(color, '#000000', 0.5)}"/></radialGradient>`;
}

function drawScene(scene: Scene, view: View, key: readonly ColorKey[], options: PageOptions): string {
  const { size, extent } = options;
  const unit = unitOf(options);
  const flat = project(coordinates(scene), view);
  const middle = options.middle ?? paperBox(scene, view);
  const place = (x: number, y: number, z: number): Place => ({
    x: size / 2 + (x - middle.x) * unit,
    y: TITLE_ROOM + size / 2 - (y - middle.y) * unit,
    depth: z / extent,
  });
  const at = scene.atoms.map((_, i) => place(flat[3 * i], flat[3 * i + 1], flat[3 * i + 2]));
  const items: { depth: number; svg: string }[] = [];
  for (const [i, j] of scene.bonds) {
    // The bond is drawn from surface to surface: what lies inside a ball would show through the nearer one.
    const [a, b] = [flat.subarray(3 * i, 3 * i + 3), flat.subarray(3 * j, 3 * j + 3)];
    const length = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const along = (t: number): Place =>
      place(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2]));
    const ends = [along((0.93 * scene.atoms[i].radius) / length), along(1 - (0.93 * scene.atoms[j].radius) / length)];
    items.push({ depth: (at[i].depth + at[j].depth) / 2, svg: drawBond(ends[0], ends[1], unit) });
  }
  scene.atoms.forEach((atom, i) => {
    if (atom.radius > 0) items.push({ depth: at[i].depth, svg: drawBall(atom, at[i], unit, key[atom.color]) });
  });
  items.sort((a, b) => a.depth - b.depth);
  const label = options.labelsInside ? labelInside : labelBeside;
  const labels = scene.atoms.map((atom, i) => label(atom, at[i], unit, size)).join('');
  const title = scene.title === undefined ? '' : text(scene.title, size / 2, 17, FONT_SIZE, 'middle');
  return title + items.map(({ svg }) => svg).join('') + labels;
}

interface Place {
  x: number;
  y: number;
  /** −1 to 1, toward the reader. */
  depth: number;
}

function coordinates(scene: Scene): number[] {
  return scene.atoms.flatMap(({ x, y, z }) => [x, y, z]);
}

/** Middle of a scene on paper, and half its greater side, Å. */
export function paperBox(scene: Scene, view: View): { x: number; y: number; half: number } {
  const flat = project(coordinates(scene), view);
  const side = (k: number): [number, number] => [
    Math.min(...scene.atoms.map(({ radius }, i) => flat[3 * i + k] - radius)),
    Math.max(...scene.atoms.map(({ radius }, i) => flat[3 * i + k] + radius)),
  ];
  const [[left, right], [bottom, top]] = [side(0), side(1)];
  return { x: (left + right) / 2, y: (bottom + top) / 2, half: Math.max(right - left, top - bottom) / 2 };
}

/** Paleness of what lies behind: none at the front, up to 0.45 at the back. */
function fog(depth: number): number {
  return Math.min(0.45, Math.max(0, 0.22 - 0.3 * depth));
}

function ballRadius(atom: DrawnAtom, depth: number, unit: number): number {
  return atom.radius * unit * (1 + 0.18 * depth);
}

function drawBall(atom: DrawnAtom, at: { x: number; y: number; depth: number }, unit: number, key: ColorKey): string {
  const circle = `cx="${fix(at.x)}" cy="${fix(at.y)}" r="${fix(ballRadius(atom, at.depth, unit))}"`;
  if (key.open) return openBall(circle, key.color);
  const veil = `<circle ${circle} fill="white" fill-opacity="${fix(fog(at.depth))}"/>`;
  return `<circle ${circle} fill="url(#ball${atom.color})" stroke="${INK}" stroke-width="0.7"/>${veil}`;
}

function openBall(circle: string, color: string): string {
  return `<circle ${circle} fill="${mix(color, '#ffffff', 0.75)}" fill-opacity="0.7" stroke="${mix(color, '#000000', 0.15)}" stroke-width="2" stroke-dasharray="4,2.5"/>`;
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
function labelBeside(atom: DrawnAtom, at: Place, unit: number, size: number): string {
  if (atom.label === undefined) return '';
  const fontSize = Math.max(10, Math.min(13, size / 20));
  const [dx, dy] = [at.x - size / 2, at.y - TITLE_ROOM - size / 2];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = length < 1 ? [0.7, 0.7] : [dx / length, dy / length];
  const reach = ballRadius(atom, at.depth, unit) + 3;
  const half = textWidth(atom.label, fontSize) / 2;
  const y = at.y + uy * (reach + fontSize / 2);
  return text(atom.label, at.x + ux * (reach + half), y + 0.36 * fontSize, fontSize, 'middle', 'white');
}

function labelInside(atom: DrawnAtom, at: Place, unit: number): string {
  if (atom.label === undefined) return '';
  const fontSize = 1.25 * ballRadius(atom, at.depth, unit);
  return text(atom.label, at.x, at.y + 0.36 * fontSize, fontSize, 'middle', 'rgba(255,255,255,0.75)');
}

/** A bar of 1 Å, which holds for all scenes of the page. */
function drawScaleBar(unit: number, x: number, y: number): string {
  const path = `M${fix(x)},${y - 5}V${y + 5}M${fix(x)},${y}H${fix(x + unit)}M${fix(x + unit)},${y - 5}V${y + 5}`;
  const line = `<path d="${path}" fill="none" stroke="${INK}" stroke-width="1.4"/>`;
  return line + text('1 Å', x + unit + 8, y + 0.36 * KEY_SIZE, KEY_SIZE, 'start');
}

const KEY_SIZE = FONT_SIZE - 1;

function keyWidth(key: readonly ColorKey[], unit: number): number {
  return Math.ceil(key.reduce((sum, { name }) => sum + textWidth(name, KEY_SIZE) + 44, unit + 50));
}

function drawKey(key: readonly ColorKey[], unit: number, width: number, y: number): string {
  let x = (width - keyWidth(key, unit)) / 2 + 4;
  const entries = key.map(({ name, color, open }, index) => {
    const circle = `cx="${fix(x + 12)}" cy="${y}" r="8"`;
    const ball = `<circle ${circle} fill="url(#ball${index})" stroke="${INK}" stroke-width="0.7"/>`;
    const entry = (open ? openBall(circle, color) : ball) + text(name, x + 26, y + 0.36 * KEY_SIZE, KEY_SIZE, 'start');
    x += textWidth(name, KEY_SIZE) + 44;
    return entry;
  });
  return entries.join('') + drawScaleBar(unit, x + 4, y);
}

function text(content: string, x: number, y: number, size: number, anchor: string, halo?: string): string {
  const place = `x="${fix(x)}" y="${fix(y)}" text-anchor="${anchor}"`;
  const attributes = `${place} font-family="${FONT_NAME}, Verdana, Arial, sans-serif" font-size="${fix(size)}"`;
  const body = `<text ${attributes} fill="${INK}">${escapeXml(content)}</text>`;
  if (halo === undefined) return body;
  const edge = `fill="${halo}" stroke="${halo}" stroke-width="3" stroke-linejoin="round"`;
  return `<text ${attributes} ${edge}>${escapeXml(content)}</text>${body}`;
}

function mix(color: string, other: string, share: number): string {
  const channel = (from: string, at: number): number => Number.parseInt(from.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(color, at) * (1 - share) + channel(other, at) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
