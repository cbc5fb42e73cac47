/**
 * Drawings of atoms, as pictures and under the pointer of a browser. This file imports nothing: its functions go to the
 * browser as text (see viewer.ts), where they draw the same picture from other sides.
 */

/** A view: the rows are the directions right, up and toward the reader; orthonormal, 9 numbers. */
export type View = ArrayLike<number>;

/** An atom to draw; Å. Texts are escaped for XML. */
export interface DrawnAtom {
  x: number;
  y: number;
  z: number;
  /** Å, on paper; 0 draws nothing. */
  radius: number;
  /** Index into the drawing's colors. */
  color: number;
  label?: string;
  /** Half the width of the label over its font size. */
  half?: number;
  /** What the pointer brings up. */
  hover?: string;
}

/** Atoms, bonds between two of them by index, and a title above. */
export interface Scene {
  title?: string;
  atoms: DrawnAtom[];
  bonds: [number, number][];
}

/** What the colors mean. */
export interface ColorKey {
  name: string;
  color: string;
  /** Draws a dashed, pale ball, for places where no atom was given. */
  open?: boolean;
}

/** Scenes in rows, and how to draw them; pixels where nothing is said. */
export interface Drawing {
  scenes: Scene[];
  /** The side from which each is seen, and the point of the paper in its middle, Å. */
  views: View[];
  middles: { x: number; y: number }[];
  key: ColorKey[];
  /** The key as SVG, about the point (0, 0). */
  legend: string;
  columns: number;
  size: number;
  width: number;
  height: number;
  /** Å from the middle of a scene to its border. */
  extent: number;
  /** Labels inside the balls rather than beside them. */
  labelsInside: boolean;
  /** Shows one scene after the other in the browser. */
  animated: boolean;
  /** Tells the colors of drawings on one page apart. */
  id: string;
}

/** Lengths in pixels, and inks. */
export function look(): { title: number; key: number; titleSize: number; ink: string; font: string } {
  return { title: 26, key: 34, titleSize: 14, ink: '#222222', font: 'DejaVu Sans, Verdana, Arial, sans-serif' };
}

/** Right, up and toward coordinates of n points: n×3. */
export function project(positions: ArrayLike<number>, view: View): Float64Array {
  const out = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    for (let row = 0; row < 3; row++) {
      const at = 3 * row;
      out[i + row] = view[at] * positions[i] + view[at + 1] * positions[i + 1] + view[at + 2] * positions[i + 2];
    }
  }
  return out;
}

/** The chosen scenes as SVG text: shaded spheres and bonds, the far ones first and paler. */
export function picture(drawing: Drawing, chosen: readonly number[] = drawing.scenes.map((_, k) => k)): string {
  const { columns, size, width, height } = drawing;
  const left = (width - columns * size) / 2;
  const groups = chosen.map((k, place) => {
    const [x, y] = [left + (place % columns) * size, Math.floor(place / columns) * (size + look().title)];
    const hit = `<rect width="${size}" height="${size + look().title}" fill="white" fill-opacity="0"/>`;
    const body = sceneSvg(drawing, k, drawing.views[k], drawing.middles[k]);
    return `<g transform="translate(${x},${y})">${hit}<g class="scene">${body}</g></g>`;
  });
  const measures = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const balls = drawing.key.map(({ color }, k) => gradient(color, `ball${drawing.id}-${k}`)).join('');
  const legend = `<g transform="translate(${width / 2},${height - look().key / 2})">${drawing.legend}</g>`;
  const paper = '<rect width="100%" height="100%" fill="white"/>';
  const body = `${paper}<defs>${balls}</defs>${groups.join('')}${legend}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${measures}>${body}</svg>`;
}

export function gradient(color: string, id: string): string {
  const stop = (offset: number, shade: string): string => `<stop offset="${offset}" stop-color="${shade}"/>`;
  const stops = stop(0, mix(color, '#ffffff', 0.7)) + stop(0.45, color) + stop(1, mix(color, '#000000', 0.5));
  return `<radialGradient id="${id}" cx="0.36" cy="0.32" r="0.75">${stops}</radialGradient>`;
}

/** One scene from one side, with the point `middle` of the paper in the middle. */
export function sceneSvg(drawing: Drawing, k: number, view: View, middle: { x: number; y: number }): string {
  const { size, extent, key, id } = drawing;
  const scene = drawing.scenes[k];
  const unit = size / 2 / extent;
  const flat = project(
    scene.atoms.flatMap(({ x, y, z }) => [x, y, z]),
    view,
  );
  const place = (x: number, y: number, z: number): Place => ({
    x: size / 2 + (x - middle.x) * unit,
    y: look().title + size / 2 - (y - middle.y) * unit,
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
    items.push({ depth: (at[i].depth + at[j].depth) / 2, svg: bondSvg(ends[0], ends[1], unit) });
  }
  scene.atoms.forEach((atom, i) => {
    const { open, color } = key[atom.color];
    const circle = `cx="${fix(at[i].x)}" cy="${fix(at[i].y)}" r="${fix(ballRadius(atom, at[i].depth, unit))}"`;
    const veil = `<circle ${circle} fill="white" fill-opacity="${fix(fog(at[i].depth))}"/>`;
    const ball = open ? openBall(circle, color) : solidBall(circle, `ball${id}-${atom.color}`) + veil;
    const hover = atom.hover === undefined ? '' : `<title>${atom.hover}</title>`;
    if (atom.radius > 0) items.push({ depth: at[i].depth, svg: `<g>${hover}${ball}</g>` });
  });
  items.sort((a, b) => a.depth - b.depth);
  const labels = scene.atoms.map((atom, i) => labelSvg(atom, at[i], unit, drawing)).join('');
  const title = scene.title === undefined ? '' : textSvg(scene.title, size / 2, 17, look().titleSize, 'middle');
  return title + items.map(({ svg }) => svg).join('') + labels;
}

interface Place {
  x: number;
  y: number;
  /** −1 to 1, toward the reader. */
  depth: number;
}

/** Paleness of what lies behind: none at the front, up to 0.45 at the back. */
export function fog(depth: number): number {
  return Math.min(0.45, Math.max(0, 0.22 - 0.3 * depth));
}

export function ballRadius(atom: DrawnAtom, depth: number, unit: number): number {
  return atom.radius * unit * (1 + 0.18 * depth);
}

export function solidBall(circle: string, fill: string): string {
  return `<circle ${circle} fill="url(#${fill})" stroke="${look().ink}" stroke-width="0.7"/>`;
}

export function openBall(circle: string, color: string): string {
  const fill = `fill="${mix(color, '#ffffff', 0.75)}" fill-opacity="0.7"`;
  const edge = `stroke="${mix(color, '#000000', 0.15)}" stroke-width="2" stroke-dasharray="4,2.5"`;
  return `<circle ${circle} ${fill} ${edge}/>`;
}

export function bondSvg(a: Place, b: Place, unit: number): string {
  const depth = (a.depth + b.depth) / 2;
  const width = 0.2 * unit * (1 + 0.18 * depth);
  const line = `x1="${fix(a.x)}" y1="${fix(a.y)}" x2="${fix(b.x)}" y2="${fix(b.y)}" stroke-linecap="round"`;
  const stroke = (color: string, wide: number): string =>
    `<line ${line} stroke="${mix(color, '#ffffff', fog(depth))}" stroke-width="${fix(wide)}"/>`;
  return stroke('#444444', width + 1.6) + stroke('#8a8a8a', width);
}

/** The label stands in the ball, or outside of it, away from the middle of the picture. */
export function labelSvg(atom: DrawnAtom, at: Place, unit: number, { size, labelsInside }: Drawing): string {
  if (atom.label === undefined) return '';
  const radius = ballRadius(atom, at.depth, unit);
  const fontSize = labelsInside ? 1.25 * radius : Math.max(10, Math.min(13, size / 20));
  const drop = 0.36 * fontSize;
  if (labelsInside) return textSvg(atom.label, at.x, at.y + drop, fontSize, 'middle', 'rgba(255,255,255,0.75)');
  const [dx, dy] = [at.x - size / 2, at.y - look().title - size / 2];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = length < 1 ? [0.7, 0.7] : [dx / length, dy / length];
  const x = at.x + ux * (radius + 3 + (atom.half ?? 0) * fontSize);
  return textSvg(atom.label, x, at.y + uy * (radius + 3 + fontSize / 2) + drop, fontSize, 'middle', 'white');
}

export function textSvg(content: string, x: number, y: number, size: number, anchor: string, halo?: string): string {
  const place = `x="${fix(x)}" y="${fix(y)}" text-anchor="${anchor}" pointer-events="none"`;
  const attributes = `${place} font-family="${look().font}" font-size="${fix(size)}"`;
  const body = `<text ${attributes} fill="${look().ink}">${content}</text>`;
  if (halo === undefined) return body;
  const edge = `fill="${halo}" stroke="${halo}" stroke-width="3" stroke-linejoin="round"`;
  return `<text ${attributes} ${edge}>${content}</text>${body}`;
}

export function mix(color: string, other: string, share: number): string {
  const channel = (from: string, at: number): number => Number.parseInt(from.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(channel(color, at) * (1 - share) + channel(other, at) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A view after the pointer moved right and down by so many radians. */
export function turned(view: View, right: number, down: number): number[] {
  const [a, b, c] = [0, 3, 6].map((at) => [view[at], view[at + 1], view[at + 2]]);
  const blend = (u: number[], v: number[], angle: number): number[] =>
    u.map((value, k) => value * Math.cos(angle) + v[k] * Math.sin(angle));
  const toward = blend(c, a, -right);
  return [...blend(a, c, right), ...blend(b, toward, -down), ...blend(toward, b, down)];
}

// biome-ignore lint/suspicious/noExplicitAny: types of the DOM would need TypeScript's dom library, unused here
type Dom = any;

/**
 * Puts a drawing into an element of a page. Dragging turns a scene, and all that were seen from the same side with it;
 * a double click turns them back. The wheel scrolls the page.
 */
export function openDrawing(root: Dom, drawing: Drawing): void {
  const { animated, views, middles, scenes } = drawing;
  const large = { columns: 1, size: 420, width: Math.max(420, drawing.width), height: 420 + look().title + look().key };
  const page = animated ? { ...drawing, ...large } : drawing;
  let frame = 0;
  const now = views.map((view) => Array.from(view));
  root.innerHTML = picture(page, animated ? [0] : undefined);
  const svg = root.querySelector('svg');
  Object.assign(svg.style, { maxWidth: '100%', height: 'auto', touchAction: 'pan-y', cursor: 'grab' });
  const groups: Dom[] = Array.from(svg.querySelectorAll('g.scene'));
  const draw = (place: number): void => {
    const k = animated ? frame : place;
    // The middle of the paper stays the same point in space.
    const { x, y } = middles[k];
    const point = [0, 1, 2].map((c) => views[k][c] * x + views[k][3 + c] * y);
    const [right, up] = project(point, now[k]);
    groups[place].innerHTML = sceneSvg(page, k, now[k], { x: right, y: up });
  };
  const sameSide = (k: number): number[] =>
    scenes.map((_, j) => j).filter((j) => animated || Array.from(views[j]).every((value, c) => value === views[k][c]));
  // Many moves may come before the browser shows one.
  const waiting = new Set<number>();
  const drawWaiting = (): void => {
    for (const place of waiting) draw(place);
    waiting.clear();
  };
  const turn = (place: number, change: (view: number[], k: number) => number[]): void => {
    const linked = sameSide(place);
    for (const k of linked) now[k] = change(now[k], k);
    if (waiting.size === 0) root.ownerDocument.defaultView.requestAnimationFrame(drawWaiting);
    for (const k of animated ? [0] : linked) waiting.add(k);
  };
  groups.forEach((group, place) => {
    let last: { x: number; y: number } | undefined;
    const area = group.parentNode;
    area.addEventListener('pointerdown', (event: Dom) => {
      last = { x: event.clientX, y: event.clientY };
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      const move = (moved: Dom): void => {
        if (last === undefined) return;
        const [right, down] = [(moved.clientX - last.x) / 120, (moved.clientY - last.y) / 120];
        last = { x: moved.clientX, y: moved.clientY };
        turn(place, (view) => turned(view, right, down));
      };
      const end = (): void => {
        last = undefined;
        svg.removeEventListener('pointermove', move);
      };
      svg.addEventListener('pointermove', move);
      for (const name of ['pointerup', 'pointercancel']) svg.addEventListener(name, end, { once: true });
    });
    area.addEventListener('dblclick', () => turn(place, (_, k) => Array.from(views[k])));
  });
  if (!animated) return;
  const bar = root.ownerDocument.createElement('div');
  const range = `min="0" max="${scenes.length - 1}" value="0" style="width:${large.size - 80}px" aria-label="Step"`;
  bar.innerHTML = `<button type="button">Play</button> <input type="range" ${range}>`;
  root.appendChild(bar);
  const [button, slider] = bar.children;
  const to = (k: number): void => {
    frame = k;
    slider.value = String(k);
    draw(0);
  };
  slider.addEventListener('input', () => to(Number(slider.value)));
  button.addEventListener('click', () => {
    let k = 0;
    const step = (): void => {
      if (k >= scenes.length || !root.isConnected) return;
      to(k++);
      setTimeout(step, 350);
    };
    step();
  });
}
