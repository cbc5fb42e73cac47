import { InputError } from '../core/errors';
import { sha256 } from '../core/sha256';
import {
  atomCount,
  countElements,
  density,
  formatExtxyz,
  measureBonds,
  neighborList,
  type Structure,
} from '../structures';
import { describeConditions, type GraphCondition } from './graph/conditions';
import { type GraphConfig, graphConfig } from './graph/config';

/** Neighbors that the default cutoff has in sight, and how many times the longest bond it is at least. */
const IN_SIGHT = 32;
const BEYOND_BONDS = 1.25;
/** Å. */
const LONGEST = 10;

/**
 * Of a cell: what `info` says under the name of a condition, or its density in g/cm³. Undefined if there is neither.
 */
function conditionOf(cell: Structure, name: string): number | undefined {
  const value = cell.info[name];
  return typeof value === 'number' ? value : name === 'density' ? density(cell) : undefined;
}

/**
 * What describes the conditions of a cell. Throws {@link InputError} naming the cell and the condition that it lacks or
 * that is out of range.
 */
export function cellConditions(config: Pick<GraphConfig, 'conditions'>, cell: Structure): Float32Array {
  const values = (config.conditions ?? []).flatMap(({ name }) => {
    const value = conditionOf(cell, name);
    return value === undefined ? [] : [[name, value]];
  });
  return describeConditions(config, Object.fromEntries(values), `${cell.info.name ?? 'cell'}, info`);
}

/**
 * A condition with the range that it has in the cells. Throws {@link InputError} naming the cell without it, or the
 * condition that is alike in all of them.
 */
export function conditionOfCells(
  cells: readonly Structure[],
  name: string,
  scale: GraphCondition['scale'] = 'linear',
): GraphCondition {
  const values = cells.map((cell, k) => {
    const value = conditionOf(cell, name);
    if (value !== undefined) return value;
    throw new InputError(`${cell.info.name ?? `cell ${k + 1}`}, info.${name}`, 'no number', 'one in every cell');
  });
  const condition: GraphCondition = { name, scale, range: [Math.min(...values), Math.max(...values)] };
  graphConfig({ species: ['X'], conditions: [condition] });
  return condition;
}

/**
 * A network for cells: their elements; a cutoff with some 32 neighbors in sight, beyond all bonds; their usual number.
 *
 * @param given settings that are not to be read off the cells
 * @throws InputError if there are no cells, or naming a setting that is wrong
 */
export function networkFor(cells: readonly Structure[], given: Partial<GraphConfig> = {}): GraphConfig {
  graphConfig({ species: ['X'], ...given });
  const species = [...new Set(cells.flatMap((cell) => cell.species))].sort();
  if (species.length === 0) throw new InputError('cells', 'no atoms', 'at least one cell with atoms');
  const { cutoff } = graphConfig({ species, ...given, cutoff: given.cutoff ?? defaultCutoff(cells) });
  const neighbors = given.neighbors ?? Math.max(1, Math.round(meanNeighbors(cells, cutoff)));
  return graphConfig({ species, ...given, cutoff, neighbors });
}

function defaultCutoff(cells: readonly Structure[]): number {
  const bond = Math.max(0, ...Object.values(measureBonds(cells)));
  const tenths = (x: number): number => Math.round(10 * x) / 10;
  let cutoff = Math.max(1, tenths(BEYOND_BONDS * bond));
  while (cutoff < LONGEST && meanNeighbors(cells.slice(0, 1), cutoff) < IN_SIGHT) cutoff = tenths(cutoff + 0.1);
  return cutoff;
}

function meanNeighbors(cells: readonly Structure[], cutoff: number): number {
  const pairs = cells.reduce((sum, cell) => sum + neighborList(cell, cutoff).indices.length, 0);
  return pairs / cells.reduce((sum, cell) => sum + atomCount(cell), 0);
}

/** What a cell that is trained on, or held out, was. */
export interface CellCard {
  name: string;
  role: 'train' | 'validation';
  /** Atoms of each element. */
  composition: Record<string, number>;
  /** g/cm³; null for a structure that is not periodic or has unknown elements. */
  density: number | null;
  /** The smallest distance of two atoms, Å; null if none are within 4 Å. */
  smallest: number | null;
  /** SHA-256 of the cell as extended XYZ. */
  sha256: string;
}

/** The card of a cell. */
export function cellCard(cell: Structure, role: CellCard['role'], index: number): CellCard {
  const smallest = neighborList(cell, 4).distances.reduce((least, d) => Math.min(least, d), Number.POSITIVE_INFINITY);
  return {
    name: String(cell.info.name ?? `cell ${index + 1}`),
    role,
    composition: countElements(cell.species),
    density: densityOf(cell),
    smallest: Number.isFinite(smallest) ? Number(smallest.toFixed(4)) : null,
    sha256: sha256(formatExtxyz([cell])),
  };
}

function densityOf(cell: Structure): number | null {
  try {
    return Number(density(cell).toFixed(4));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
