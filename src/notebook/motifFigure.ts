import { InputError, requireKnownOptions } from '../core';
import type { Figure, Frame, Trace } from './figure';
import { type ColorKey, drawScenes, type PageOptions, pageSize, paperBox, type Scene } from './motifDrawing';
import { clearestView, type View } from './projection';
import { FONT_SIZE, INK, PALETTE, pageLayout } from './style';

/** A motif to show: n neighbors about a central atom at the origin. */
export interface MotifPicture {
  /** n×3 neighbor positions relative to the central atom, Å. */
  positions: ArrayLike<number>;
  title?: string;
  /** Index into {@link MotifOptions.groups} for each neighbor, in place of coloring by bond to the central atom. */
  group?: ArrayLike<number>;
}

/** Options of the motif figures. */
export interface MotifOptions {
  /** Atoms closer than this are joined by a bond, Å; default: no bonds. */
  bonds?: number;
  /** Text beside each neighbor: nothing (default), its rank by order in `positions`, or its distance in Å. */
  labels?: 'none' | 'rank' | 'distance';
  /** Names of the neighbors' groups, for motifs that bring `group`. */
  groups?: string[];
  /** Scenes in a row (default: all up to 4). */
  columns?: number;
  /** Shows the scenes of each row, or all, from one side, for motifs laid on each other (default false). */
  sameSide?: boolean | 'all';
  /** Width and height of one scene in pixels (default 300, less for many columns). */
  size?: number;
  /** Draws the central atom (default true). */
  center?: boolean;
}

const MOTIF_OPTIONS = ['bondCutoff', 'labels', 'groups', 'columns', 'sameSide', 'size', 'center'];

const CENTER: ColorKey = { name: 'central atom', color: '#4d4d4d' };
const RADIUS = 0.42;

/** One motif: interactive in 3-D where plotly runs, as a shaded projection elsewhere, both from the same side. */
export function motifFigure(motif: MotifPicture, options: MotifOptions = {}): Figure {
  return motifRowFigure([motif], { size: 400, ...options });
}

/** Several motifs side by side at one scale, each from the side that shows its atoms best. */
export function motifRowFigure(motifs: readonly MotifPicture[], options: MotifOptions = {}): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  const key = colorKey(options);
  return sceneFigure(
    motifs.map((motif) => motifScene(motif, options)),
    key,
    options,
  );
}

/** Two motifs to lay on each other; the names go into the legend. */
export interface MotifPair {
  title?: string;
  first: ArrayLike<number>;
  second: ArrayLike<number>;
}

/** Two motifs in one picture, each in its own color, joined to the same central atom: how well they coincide. */
export function motifOverlayFigure(
  first: MotifPicture & { name: string },
  second: MotifPicture & { name: string },
  options: MotifOptions = {},
): Figure {
  const pair = { title: first.title, first: first.positions, second: second.positions };
  return motifOverlayRowFigure([pair], [first.name, second.name], { size: 420, ...options });
}

/** Several pairs of motifs, each pair in one picture as in {@link motifOverlayFigure}, side by side at one scale. */
export function motifOverlayRowFigure(
  pairs: readonly MotifPair[],
  names: [string, string],
  options: MotifOptions = {},
): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  const settings = { ...options, groups: names };
  const scenes = pairs.map((pair) => overlayScene(pair, settings));
  return sceneFigure(scenes, colorKey(settings), options);
}

function overlayScene({ title, first, second }: MotifPair, options: MotifOptions): Scene {
  const [a, b] = [first, second].map((positions, group) =>
    motifScene({ positions, group: new Array(positions.length / 3).fill(group) }, options),
  );
  const shift = a.atoms.length - 1;
  const move = (i: number): number => (i === 0 ? 0 : i + shift);
  return {
    title,
    atoms: [...a.atoms, ...b.atoms.slice(1).map((atom) => ({ ...atom, radius: 0.8 * atom.radius, label: undefined }))],
    bonds: [...a.bonds, ...b.bonds.map(([i, j]): [number, number] => [move(i), move(j)])],
  };
}

/** A motif completed from some of its atoms; positions relative to the central atom, Å. */
export interface InfilledMotif {
  title?: string;
  known: ArrayLike<number>;
  /** Where the missing atoms truly are. */
  missing: ArrayLike<number>;
  /** Where they were put. */
  infilled: ArrayLike<number>;
}

/** Completed motifs side by side: known atoms, true places of the missing ones (open), and infilled atoms. */
export function motifInfillRowFigure(motifs: readonly InfilledMotif[], options: MotifOptions = {}): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  const names = ['known', 'missing: true place', 'infilled'];
  const key = colorKey({ ...options, groups: names });
  key[2].open = true;
  return sceneFigure(
    motifs.map((motif) => infillScene(motif, options)),
    key,
    options,
  );
}

function infillScene({ title, known, missing, infilled }: InfilledMotif, options: MotifOptions): Scene {
  const parts = [known, missing, infilled];
  const group = parts.flatMap((positions, k) => new Array<number>(positions.length / 3).fill(k));
  const positions = parts.flatMap((part) => Array.from(part));
  const { atoms, bonds } = motifScene({ positions, group }, options);
  return {
    title,
    atoms: atoms.map((atom) => (atom.color === 3 ? { ...atom, radius: 0.8 * atom.radius } : atom)),
    // The true atom and the infilled one are never there together.
    bonds: bonds.filter(([i, j]) => atoms[i].color + atoms[j].color !== 5),
  };
}

/** A path of motifs: with slider and play button where plotly runs, as a row of pictures elsewhere. */
export function motifAnimationFigure(motifs: readonly MotifPicture[], options: MotifOptions = {}): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  if (motifs.length === 0) throw new InputError('motifs', 'none', 'at least one');
  const key = colorKey(options);
  const scenes = motifs.map((motif) => motifScene(motif, options));
  const view = clearestView(motifs.map((motif) => motif.positions));
  const still = sceneFigure(scenes, key, options, view);
  const extent = farthest(scenes);
  const names = motifs.map((motif, k) => motif.title ?? String(k + 1));
  const frames = scenes.map((scene, k): Frame => ({ name: names[k], data: sceneTraces(scene, key, 'scene', true) }));
  const playing = { mode: 'immediate', frame: { duration: 350, redraw: true }, transition: { duration: 0 } };
  const steps = names.map((name) => ({
    label: name,
    method: 'animate',
    args: [[name], { ...playing, frame: { duration: 0, redraw: true } }],
  }));
  const play = { label: 'Play', method: 'animate', args: [null, { ...playing, fromcurrent: true }] };
  const layout = {
    ...pageLayout(620, 560),
    margin: { l: 10, r: 10, t: 20, b: 10 },
    scene: sceneLayout(extent, view, [0, 1], [0.05, 1]),
    sliders: [{ active: 0, steps, x: 0.14, len: 0.84, y: 0, pad: { t: 10 } }],
    updatemenus: [
      {
        type: 'buttons',
        showactive: false,
        x: 0.02,
        xanchor: 'left',
        y: 0,
        yanchor: 'top',
        pad: { t: 20 },
        buttons: [play],
      },
    ],
  };
  return { data: frames[0].data, layout, frames, static: still.static };
}

function colorKey(options: MotifOptions): ColorKey[] {
  const { bonds } = options;
  const names =
    options.groups ?? (bonds === undefined ? ['neighbor'] : [`bonded to it (r < ${bonds} Å)`, 'farther neighbor']);
  return [CENTER, ...names.map((name, k) => ({ name, color: PALETTE[[0, 4, 2, 3][k % 4]] }))];
}

function motifScene(motif: MotifPicture, options: MotifOptions): Scene {
  const { positions, group } = motif;
  const { bonds: cutoff = 0, labels = 'none', center = true } = options;
  if (positions.length === 0 || positions.length % 3 !== 0) {
    throw new InputError('motif.positions', `${positions.length} numbers`, 'three for each neighbor');
  }
  const atoms: Scene['atoms'] = [{ x: 0, y: 0, z: 0, radius: center ? RADIUS : 0, color: 0 }];
  for (let i = 0; i < positions.length / 3; i++) {
    const [x, y, z] = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]];
    const distance = Math.hypot(x, y, z);
    const label = labels === 'none' ? undefined : labels === 'rank' ? String(i + 1) : distance.toFixed(2);
    const color = 1 + (group === undefined ? Number(cutoff > 0 && distance >= cutoff) : group[i]);
    atoms.push({ x, y, z, radius: RADIUS, color, label });
  }
  const bonds: Scene['bonds'] = [];
  for (let j = 1; j < atoms.length; j++) {
    for (let i = 0; i < j; i++) {
      const [a, b] = [atoms[i], atoms[j]];
      if (Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) < cutoff) bonds.push([i, j]);
    }
  }
  return { title: motif.title, atoms, bonds };
}

/** Å from the origin to the farthest ball's border. */
function farthest(scenes: readonly Scene[]): number {
  return Math.max(...scenes.flatMap(({ atoms }) => atoms.map(({ x, y, z, radius }) => Math.hypot(x, y, z) + radius)));
}

function sceneFigure(scenes: Scene[], key: ColorKey[], options: MotifOptions, shared?: View): Figure {
  if (scenes.length === 0) throw new InputError('motifs', 'none', 'at least one');
  const columns = Math.min(options.columns ?? 4, scenes.length);
  const size = options.size ?? Math.min(300, Math.floor(860 / columns));
  const extent = farthest(scenes) + 0.15;
  const points = scenes.map(({ atoms }) => toBeSeen(atoms.slice(1), key).flatMap(({ x, y, z }) => [x, y, z]));
  const views = points.map((own, k) => {
    const first = columns * Math.floor(k / columns);
    const together = { all: points, row: points.slice(first, first + columns), none: [own] };
    return shared ?? clearestView(together[options.sameSide === 'all' ? 'all' : options.sameSide ? 'row' : 'none']);
  });
  // Scenes from one side stand still on the page, so that only what moves differs.
  const all: Scene = { atoms: scenes.flatMap(({ atoms }) => atoms), bonds: [] };
  const middle = shared === undefined ? undefined : paperBox(all, shared);
  const widest = middle?.half ?? Math.max(...scenes.map((scene, k) => paperBox(scene, views[k]).half));
  const labelRoom = options.labels === 'distance' ? Math.max(0.7, (2 * widest * 36) / size) : 0.15;
  const labelsInside = options.labels === 'rank';
  const page: PageOptions = { columns, size, extent: widest + labelRoom, middle, labelsInside };
  const { width, height } = pageSize(scenes.length, page, key);
  const rows = Math.ceil(scenes.length / columns);
  const data: Trace[] = [];
  const layout: Record<string, unknown> = {
    ...pageLayout(width, height + 10),
    margin: { l: 0, r: 0, t: 10, b: 34 },
    legend: { orientation: 'h', x: 0.5, xanchor: 'center', y: 0, yanchor: 'top' },
  };
  const annotations: object[] = [];
  scenes.forEach((scene, index) => {
    const name = index === 0 ? 'scene' : `scene${index + 1}`;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const x: [number, number] = [column / columns, (column + 1) / columns];
    const y: [number, number] = [1 - (row + 1) / rows, 1 - row / rows - 22 / height];
    layout[name] = sceneLayout(extent, views[index], x, y);
    data.push(...sceneTraces(scene, key, name, index === 0));
    if (scene.title !== undefined) {
      annotations.push({
        text: scene.title,
        showarrow: false,
        xref: 'paper',
        yref: 'paper',
        x: (x[0] + x[1]) / 2,
        y: y[1],
        xanchor: 'center',
        yanchor: 'bottom',
      });
    }
  });
  return { data, layout: { ...layout, annotations }, static: drawScenes(scenes, views, key, page) };
}

/** Atoms that the view should show apart: all but open ones that coincide with others from every side. */
function toBeSeen(atoms: Scene['atoms'], key: ColorKey[]): Scene['atoms'] {
  const solid = atoms.filter(({ color }) => !key[color].open);
  return atoms.filter(
    (a) => !key[a.color].open || solid.every((b) => Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) > 2 * RADIUS),
  );
}

/** A scene of plotly from one side, without axes. */
export function sceneLayout(extent: number, view: View, x: [number, number], y: [number, number]): object {
  const axis = { visible: false, range: [-extent, extent] };
  const camera = {
    eye: { x: 1.5 * view[6], y: 1.5 * view[7], z: 1.5 * view[8] },
    up: { x: view[3], y: view[4], z: view[5] },
    projection: { type: 'orthographic' },
  };
  return {
    xaxis: axis,
    yaxis: axis,
    zaxis: axis,
    aspectmode: 'manual',
    aspectratio: { x: 1.8, y: 1.8, z: 1.8 },
    camera,
    domain: { x, y },
  };
}

function sceneTraces(scene: Scene, key: ColorKey[], name: string, legend: boolean): Trace[] {
  const line: (number | null)[][] = [[], [], []];
  for (const [i, j] of scene.bonds) {
    const [a, b] = [scene.atoms[i], scene.atoms[j]];
    line[0].push(a.x, b.x, null);
    line[1].push(a.y, b.y, null);
    line[2].push(a.z, b.z, null);
  }
  const bonds: Trace = {
    type: 'scatter3d',
    mode: 'lines',
    scene: name,
    x: line[0],
    y: line[1],
    z: line[2],
    line: { color: '#8a8a8a', width: 8 },
    hoverinfo: 'skip',
    showlegend: false,
  };
  const groups = key.map(({ name: group, color, open }, k): Trace => {
    const atoms = scene.atoms
      .map((atom, rank) => ({ ...atom, rank }))
      .filter((atom) => atom.color === k && atom.radius > 0);
    return {
      type: 'scatter3d',
      mode: atoms.some((atom) => atom.label !== undefined) ? 'markers+text' : 'markers',
      name: group,
      legendgroup: group,
      showlegend: legend,
      scene: name,
      x: atoms.map(({ x }) => x),
      y: atoms.map(({ y }) => y),
      z: atoms.map(({ z }) => z),
      text: atoms.map(({ label }) => label ?? ''),
      textfont: { size: FONT_SIZE - 2, color: INK },
      hovertext: atoms.map(({ x, y, z, rank }) =>
        rank === 0 ? group : `neighbor ${rank}: r = ${Math.hypot(x, y, z).toFixed(3)} Å`,
      ),
      hoverinfo: 'text',
      marker: open
        ? { color, size: 18, symbol: 'circle-open', line: { color, width: 4 } }
        : { color, size: 16, line: { color: INK, width: 1 } },
    };
  });
  return [bonds, ...groups];
}
