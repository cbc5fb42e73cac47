import { InputError, requireKnownOptions } from '../core';
import { atomCount, type Bonds, bondedNeighbors, measureBonds, type Structure } from '../structures';
import { wrappedPositions } from '../structures/wrap';
import type { Figure, Trace } from './figure';
import { type ColorKey, type PageOptions, paperBox, type Scene } from './motifDrawing';
import { scenePage } from './motifFigure';
import type { View } from './projection';
import { INK, PALETTE } from './style';

/** A cell to show. */
export interface CellPicture {
  structure: Structure;
  title?: string;
}

/** Options of {@link cellRowFigure}. */
export interface CellFigureOptions {
  /** Default: the first minima of each cell's partial g(r). */
  bonds?: Bonds;
  /** Width and height of one cell in pixels; default 430. */
  size?: number;
}

const KEY: ColorKey[] = [
  { name: 'four bonds', color: PALETTE[0] },
  { name: 'fewer', color: PALETTE[1] },
  { name: 'more', color: PALETTE[4] },
];
const RADIUS = 0.5;
/** Defects are drawn larger, for they are few among many. */
const DEFECT_RADIUS = 0.75;
/** From above and a little to the side; rows right, up, toward the reader. */
const VIEW: View = viewFrom(0.35, 0.25);

/**
 * Cells side by side, atoms colored by their number of bonds; bonds through the periodic boundary count and are not
 * drawn. In 3-D where plotly runs, as a shaded projection elsewhere.
 *
 * @throws InputError if there is none, or one is not periodic
 */
export function cellRowFigure(cells: readonly CellPicture[], options: CellFigureOptions = {}): Figure {
  requireKnownOptions(options, ['bonds', 'size']);
  if (cells.length === 0) throw new InputError('cells', 'none', 'at least one');
  const { bonds, size = 430 } = options;
  const scenes = cells.map(({ structure, title }) => ({
    ...cellScene(structure, bonds ?? measureBonds(structure)),
    title,
  }));
  const extent = 1.02 * Math.max(...scenes.map((scene) => paperBox(scene, VIEW).half));
  const page: PageOptions = { columns: Math.min(2, cells.length), size, extent, labelsInside: false };
  const views = scenes.map(() => VIEW);
  return scenePage(scenes, views, KEY, page, extent, traces);
}

/** Atoms, bonds within the cell, and the edges of the cell as bonds between atoms of no size. */
function cellScene(given: Structure, cutoffs: Bonds): Scene {
  if (!given.pbc.every(Boolean)) {
    throw new InputError('pbc', JSON.stringify(given.pbc), 'a cell periodic along a, b and c');
  }
  const structure = { ...given, positions: wrappedPositions(given) };
  const { lattice, positions } = structure;
  const { offsets, indices, images } = bondedNeighbors(structure, cutoffs);
  const middle = [0, 1, 2].map((c) => (lattice[c] + lattice[3 + c] + lattice[6 + c]) / 2);
  const atoms: Scene['atoms'] = Array.from({ length: atomCount(structure) }, (_, i) => {
    const count = offsets[i + 1] - offsets[i];
    const color = count === 4 ? 0 : count < 4 ? 1 : 2;
    const [x, y, z] = [0, 1, 2].map((c) => positions[3 * i + c] - middle[c]);
    return { x, y, z, radius: color === 0 ? RADIUS : DEFECT_RADIUS, color };
  });
  const bonds: Scene['bonds'] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      const here = images[3 * e] === 0 && images[3 * e + 1] === 0 && images[3 * e + 2] === 0;
      if (here && indices[e] > i) bonds.push([i, indices[e]]);
    }
  }
  const first = atoms.length;
  for (let corner = 0; corner < 8; corner++) {
    const [x, y, z] = [0, 1, 2].map((c) =>
      [0, 1, 2].reduce((sum, a) => sum + ((corner >> a) & 1) * lattice[3 * a + c], -middle[c]),
    );
    atoms.push({ x, y, z, radius: 0, color: 0 });
    for (let a = 0; a < 3; a++) if ((corner >> a) & 1) bonds.push([first + corner - (1 << a), first + corner]);
  }
  return { atoms, bonds };
}

function traces({ atoms, bonds }: Scene, scene: string, showlegend: boolean): Trace[] {
  const line: (number | null)[][] = [[], [], []];
  for (const [i, j] of bonds) {
    line[0].push(short(atoms[i].x), short(atoms[j].x), null);
    line[1].push(short(atoms[i].y), short(atoms[j].y), null);
    line[2].push(short(atoms[i].z), short(atoms[j].z), null);
  }
  const [x, y, z] = line;
  const common = { type: 'scatter3d', scene, hoverinfo: 'skip' };
  const groups = KEY.map(({ name, color }, k): Trace => {
    const own = atoms.filter((atom) => atom.color === k && atom.radius > 0);
    return {
      ...common,
      mode: 'markers',
      name,
      legendgroup: name,
      showlegend,
      x: own.map((atom) => short(atom.x)),
      y: own.map((atom) => short(atom.y)),
      z: own.map((atom) => short(atom.z)),
      marker: { color, size: k === 0 ? 5 : 8, line: { color: INK, width: 1 } },
    };
  });
  return [{ ...common, mode: 'lines', x, y, z, line: { color: '#8a8a8a', width: 3 }, showlegend: false }, ...groups];
}

/** Thousandths of an Å are more than a picture shows. */
function short(x: number): number {
  return Math.round(1000 * x) / 1000;
}

function viewFrom(turn: number, tilt: number): View {
  const [ct, st, cp, sp] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  return Float64Array.of(ct, st, 0, -sp * -st, -sp * ct, cp, cp * st, -cp * ct, sp);
}
