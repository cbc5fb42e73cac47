import { InputError, requireKnownOptions } from '../core';
import { atomCount, type Bonds, bondedNeighbors, measureBonds, type Structure } from '../structures';
import { wrappedPositions } from '../structures/wrap';
import type { ColorKey, Scene, View } from './drawing';
import type { Figure } from './figure';
import { PALETTE } from './style';
import { paperBox, sceneFigure } from './viewer';

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
 * drawn. The pointer turns them in a browser.
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
  const views = scenes.map(() => VIEW);
  return sceneFigure(scenes, views, KEY, { columns: Math.min(2, cells.length), size, extent });
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
    const hover = `atom ${i}: ${count} bonds`;
    return { x, y, z, radius: color === 0 ? RADIUS : DEFECT_RADIUS, color, hover };
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

function viewFrom(turn: number, tilt: number): View {
  const [ct, st, cp, sp] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  return Float64Array.of(ct, st, 0, -sp * st, sp * ct, cp, cp * st, -cp * ct, sp);
}
