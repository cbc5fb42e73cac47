import { InputError, requireKnownOptions } from '../core';
import type { Figure, Frame, Trace } from './figure';
import { type ColorKey, drawScenes, type PageOptions, pageSize, paperBox, type Scene } from './motifDrawing';
import { clearestView, type View } from './projection';
import { FONT_SIZE, INK, PALETTE, pageLayout } from './style';

/** A motif to show: neighbors about a central atom at the origin. */
export interface MotifPicture {
  /** n×3 neighbor positions relative to the central atom, Å; or several sets of them, laid on each other. */
  positions: ArrayLike<number> | readonly ArrayLike<number>[];
  title?: string;
}

/** One of the sets that a motif's atoms come in, with a color of its own. */
export interface AtomSet {
  /** In the legend. */
  name: string;
  /** Draws pale, dashed balls: places where no atom was given (default false). */
  open?: boolean;
  /** Never bonded to another set that is apart, as two arrangements of the same atoms (default false). */
  apart?: boolean;
}

/** Options of {@link motifFigure}. */
export interface MotifOptions {
  /** Atoms closer than this are joined by a bond, Å; default: no bonds. */
  bonds?: number;
  /** Text beside each neighbor: nothing (default), its rank by order in `positions`, or its distance in Å. */
  labels?: 'none' | 'rank' | 'distance';
  /** The sets of motifs that have several; by default, one set is colored by bonds to the central atom. */
  sets?: readonly AtomSet[];
  /** Scenes in a row (default: all up to 4). */
  columns?: number;
  /** Shows the scenes of each row, or all, from one side, for motifs laid on each other (default false). */
  sameSide?: boolean | 'all';
  /** Width and height of one scene in pixels (default 300, less for many columns). */
  size?: number;
  /** Draws the central atom (default true). */
  center?: boolean;
  /** Shows the motifs one after the other, by slider and play button, where plotly runs (default false). */
  animated?: boolean;
}

const MOTIF_OPTIONS = ['bonds', 'labels', 'sets', 'columns', 'sameSide', 'size', 'center', 'animated'];

const CENTER: ColorKey = { name: 'central atom', color: '#4d4d4d' };
const RADIUS = 0.42;

/**
 * Motifs side by side at one scale, each from the side that shows its atoms best: interactive in 3-D where plotly runs,
 * as shaded projections elsewhere, both from the same side.
 *
 * @throws InputError if there are no motifs, or positions are not whole points or not as many sets as options.sets
 */
export function motifFigure(motifs: readonly MotifPicture[], options: MotifOptions = {}): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  if (motifs.length === 0) throw new InputError('motifs', 'none', 'at least one');
  const key = colorKey(options);
  const scenes = motifs.map((motif) => motifScene(motif, options));
  if (!options.animated) return sceneFigure(scenes, key, options);
  const view = clearestView(scenes.map(({ atoms }) => atoms.slice(1).flatMap(({ x, y, z }) => [x, y, z])));
  return animation(scenes, key, view, sceneFigure(scenes, key, options, view).static);
}

function animation(scenes: readonly Scene[], key: ColorKey[], view: View, still: string | undefined): Figure {
  const names = scenes.map(({ title }, k) => title ?? String(k + 1));
  const frames = scenes.map((scene, k): Frame => ({ name: names[k], data: sceneTraces(scene, key, 'scene', true) }));
  const playing = { mode: 'immediate', frame: { duration: 350, redraw: true }, transition: { duration: 0 } };
  const steps = names.map((name) => ({
    label: name,
    method: 'animate',
    args: [[name], { ...playing, frame: { duration: 0, redraw: true } }],
  }));
  const play = { label: 'Play', method: 'animate', args: [null, { ...playing, fromcurrent: true }] };
  const place = { x: 0.02, xanchor: 'left', y: 0, yanchor: 'top', pad: { t: 20 } };
  const layout = {
    ...pageLayout(620, 560),
    margin: { l: 10, r: 10, t: 20, b: 10 },
    scene: sceneLayout(farthest(scenes), view, [0, 1], [0.05, 1]),
    sliders: [{ active: 0, steps, x: 0.14, len: 0.84, y: 0, pad: { t: 10 } }],
    updatemenus: [{ type: 'buttons', showactive: false, ...place, buttons: [play] }],
  };
  return { data: frames[0].data, layout, frames, static: still };
}

function colorKey({ bonds, sets }: MotifOptions): ColorKey[] {
  const plain = [{ name: 'neighbor' }];
  const bonded = [{ name: `bonded to it (r < ${bonds} Å)` }, { name: 'farther neighbor' }];
  const entries = sets ?? (bonds === undefined ? plain : bonded);
  const colors = [0, 4, 2, 3];
  return [CENTER, ...entries.map(({ name, open }: AtomSet, k) => ({ name, open, color: PALETTE[colors[k % 4]] }))];
}

function motifScene({ title, positions }: MotifPicture, options: MotifOptions): Scene {
  const { bonds: cutoff = 0, labels = 'none', center = true, sets } = options;
  const parts = isNested(positions) ? positions : [positions];
  if (parts.length !== (sets?.length ?? 1)) {
    throw new InputError('motif.positions', `${parts.length} sets`, `${sets?.length ?? 1}, as option sets has`);
  }
  const atoms: Scene['atoms'] = [{ x: 0, y: 0, z: 0, radius: center ? RADIUS : 0, color: 0 }];
  parts.forEach((part, set) => {
    if (part.length % 3 !== 0 || (part.length === 0 && !sets)) {
      throw new InputError('motif.positions', `${part.length} numbers`, 'three for each neighbor');
    }
    // Of several sets the last is drawn smaller: atoms in the same place stay visible.
    const radius = set > 0 && set === parts.length - 1 ? 0.8 * RADIUS : RADIUS;
    for (let i = 0; i < part.length / 3; i++) {
      const [x, y, z] = [part[3 * i], part[3 * i + 1], part[3 * i + 2]];
      const distance = Math.hypot(x, y, z);
      const label = labels === 'none' ? undefined : labels === 'rank' ? String(i + 1) : distance.toFixed(2);
      const color = 1 + (sets ? set : Number(cutoff > 0 && distance >= cutoff));
      atoms.push({ x, y, z, radius, color, label });
    }
  });
  const isApart = (i: number): boolean => sets?.[atoms[i].color - 1]?.apart ?? false;
  const bonds: Scene['bonds'] = [];
  for (let j = 1; j < atoms.length; j++) {
    for (let i = 0; i < j; i++) {
      const [a, b] = [atoms[i], atoms[j]];
      if (a.color !== b.color && isApart(i) && isApart(j)) continue;
      if (Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) < cutoff) bonds.push([i, j]);
    }
  }
  return { title, atoms, bonds };
}

function isNested(positions: MotifPicture['positions']): positions is readonly ArrayLike<number>[] {
  return typeof positions[0] !== 'number';
}

/** Å from the origin to the farthest ball's border. */
function farthest(scenes: readonly Scene[]): number {
  return Math.max(...scenes.flatMap(({ atoms }) => atoms.map(({ x, y, z, radius }) => Math.hypot(x, y, z) + radius)));
}

function sceneFigure(scenes: Scene[], key: ColorKey[], options: MotifOptions, shared?: View): Figure {
  const columns = Math.min(options.columns ?? 4, scenes.length);
  const size = options.size ?? (scenes.length === 1 ? 400 : Math.min(300, Math.floor(860 / columns)));
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
  const extent = farthest(scenes) + 0.15;
  return scenePage(scenes, views, key, page, extent, (scene, name, legend) => sceneTraces(scene, key, name, legend));
}

/** Scenes of plotly in rows, each under its title, and the same as a drawing. */
export function scenePage(
  scenes: readonly Scene[],
  views: readonly View[],
  key: ColorKey[],
  page: PageOptions,
  extent: number,
  traces: (scene: Scene, name: string, legend: boolean) => Trace[],
): Figure {
  const { columns } = page;
  const { width, height } = pageSize(scenes.length, page, key);
  const rows = Math.ceil(scenes.length / columns);
  const data: Trace[] = [];
  const annotations: object[] = [];
  const layout: Record<string, unknown> = {
    ...pageLayout(width, height + 10),
    margin: { l: 0, r: 0, t: 10, b: 34 },
    legend: { orientation: 'h', x: 0.5, xanchor: 'center', y: 0, yanchor: 'top' },
  };
  scenes.forEach((scene, index) => {
    const name = index === 0 ? 'scene' : `scene${index + 1}`;
    const [column, row] = [index % columns, Math.floor(index / columns)];
    const x: [number, number] = [column / columns, (column + 1) / columns];
    const y: [number, number] = [1 - (row + 1) / rows, 1 - row / rows - 22 / height];
    layout[name] = sceneLayout(extent, views[index], x, y);
    data.push(...traces(scene, name, index === 0));
    if (scene.title === undefined) return;
    const at = { xref: 'paper', yref: 'paper', x: (x[0] + x[1]) / 2, y: y[1], xanchor: 'center', yanchor: 'bottom' };
    annotations.push({ text: scene.title, showarrow: false, ...at });
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
function sceneLayout(extent: number, view: View, x: [number, number], y: [number, number]): object {
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
