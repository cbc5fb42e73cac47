import { InputError, requireKnownOptions } from '../core';
import type { ColorKey, Scene } from './drawing';
import type { Figure } from './figure';
import { clearestView } from './projection';
import { PALETTE } from './style';
import { paperBox, sceneFigure } from './viewer';

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
  /** Shows the motifs one after the other from one side, by slider and button, in a browser (default false). */
  animated?: boolean;
}

const MOTIF_OPTIONS = ['bonds', 'labels', 'sets', 'columns', 'sameSide', 'size', 'center', 'animated'];

const CENTER: ColorKey = { name: 'central atom', color: '#4d4d4d' };
const RADIUS = 0.42;

/**
 * Motifs side by side at one scale, each from the side that shows its atoms best; the pointer turns them in a browser.
 *
 * @throws InputError if there are no motifs, or positions are not whole points or not as many sets as options.sets
 */
export function motifFigure(motifs: readonly MotifPicture[], options: MotifOptions = {}): Figure {
  requireKnownOptions(options, MOTIF_OPTIONS);
  if (motifs.length === 0) throw new InputError('motifs', 'none', 'at least one');
  const key = colorKey(options);
  const scenes = motifs.map((motif) => motifScene(motif, options));
  const columns = Math.min(options.columns ?? 4, scenes.length);
  const size = options.size ?? (scenes.length === 1 ? 400 : Math.min(300, Math.floor(860 / columns)));
  const { animated = false, sameSide } = options;
  const side = animated || sameSide === 'all' ? 'all' : sameSide ? 'row' : 'none';
  const points = scenes.map(({ atoms }) => toBeSeen(atoms.slice(1), key).flatMap(({ x, y, z }) => [x, y, z]));
  const views = points.map((own, k) => {
    const first = columns * Math.floor(k / columns);
    return clearestView({ all: points, row: points.slice(first, first + columns), none: [own] }[side]);
  });
  // What moves stands still on the page, so that only that differs.
  const together = { atoms: scenes.flatMap(({ atoms }) => atoms), bonds: [] };
  const middle = animated ? paperBox(together, views[0]) : undefined;
  const widest = middle?.half ?? Math.max(...scenes.map((scene, k) => paperBox(scene, views[k]).half));
  const labelRoom = options.labels === 'distance' ? Math.max(0.7, (2 * widest * 36) / size) : 0.15;
  const labelsInside = options.labels === 'rank';
  return sceneFigure(scenes, views, key, { columns, size, extent: widest + labelRoom, middle, labelsInside, animated });
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
  const atoms: Scene['atoms'] = [{ x: 0, y: 0, z: 0, radius: center ? RADIUS : 0, color: 0, hover: CENTER.name }];
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
      const hover = `${sets ? `${sets[set].name}: ` : ''}neighbor ${i + 1}, r = ${distance.toFixed(3)} Å`;
      atoms.push({ x, y, z, radius, color, label, hover });
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

/** Atoms that the view should show apart: all but open ones that coincide with others from every side. */
function toBeSeen(atoms: Scene['atoms'], key: ColorKey[]): Scene['atoms'] {
  const solid = atoms.filter(({ color }) => !key[color].open);
  return atoms.filter(
    (a) => !key[a.color].open || solid.every((b) => Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) > 2 * RADIUS),
  );
}
