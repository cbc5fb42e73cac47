import { libraryVersion } from '../core/version';
import { motifFrames } from '../motifs/files/frames';
import { PROPERTIES } from '../motifs/files/rows';
import type { Motifs } from '../motifs/types';
import { atomCount, type Structure } from '../structures/structure';

/** Where the environments of a chemiscope input sit. */
interface Scene {
  structures: Structure[];
  /** Index of its structure, and of its central atom therein, for each motif. */
  places: { structure: number; center: number }[];
}

/**
 * Chemiscope input (JSON): structures, one environment a motif, and the properties of each environment.
 *
 * Environments sit in their cells if these are given, else each motif is a structure of its own. Properties of several
 * numbers become one property a number, so that each can be an axis of the map.
 *
 * Fields: https://chemiscope.org/docs/getting-started/json-format.html
 *
 * @param cells the structures that the set was extracted from, in the order of `set.structures`; none for made motifs
 * @param cutoff radius shown around each central atom, Å
 */
export function formatChemiscope(set: Motifs, cells: Structure[], cutoff: number, name: string): string {
  const scene = cells.length > 0 ? sceneOfCells(set, cells) : sceneOfMotifs(set);
  const properties = propertiesOf(set);
  // Shown as Markdown.
  const made = set.provenance ? `: \`${JSON.stringify(set.provenance)}\`` : '';
  return JSON.stringify({
    meta: {
      name,
      description: `${set.length} motifs of ${set.n} neighbors, by glassy-motifs ${libraryVersion()}${made}`,
    },
    structures: scene.structures.map(structureOf),
    properties,
    environments: scene.places.map((place) => ({ ...place, cutoff })),
    settings: { target: 'atom', map: mapOf(Object.keys(properties)) },
  });
}

/** The first map shown: the latent plane if there is one, else the distances; colored by an informative column. */
function mapOf(names: string[]): Record<string, { property: string }> {
  const [x, y] = names.includes('latent 2') ? ['latent 1', 'latent 2'] : ['nearest neighbor', 'farthest neighbor'];
  const color = ['fraction', 'objective', 'error', 'residual', 'coordination'].find((name) => names.includes(name));
  return { x: { property: x }, y: { property: y }, ...(color && { color: { property: color } }) };
}

function sceneOfCells(set: Motifs, cells: Structure[]): Scene {
  const places = Array.from({ length: set.length }, (_, m) => ({
    structure: set.structures[m],
    center: set.atoms[m],
  }));
  return { structures: cells, places };
}

function sceneOfMotifs(set: Motifs): Scene {
  const places = Array.from({ length: set.length }, (_, m) => ({ structure: m, center: 0 }));
  return { structures: motifFrames(set), places };
}

function structureOf(structure: Structure): Record<string, unknown> {
  const axis = (c: number): number[] =>
    Array.from({ length: atomCount(structure) }, (_, i) => structure.positions[3 * i + c]);
  const hasCell = structure.lattice.some((x) => x !== 0);
  return {
    size: atomCount(structure),
    names: structure.species,
    x: axis(0),
    y: axis(1),
    z: axis(2),
    ...(hasCell ? { cell: Array.from(structure.lattice) } : {}),
  };
}

function propertiesOf(set: Motifs): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  const add = (name: string, values: number[], source: string): void => {
    const { description, unit } = PROPERTIES[source] ?? {};
    properties[name] = { target: 'atom', values, ...(unit && { units: unit }), ...(description && { description }) };
  };
  for (const [name, { columns, values }] of Object.entries(set.properties)) {
    for (let c = 0; c < columns; c++) {
      const own = Array.from({ length: set.length }, (_, m) => values[m * columns + c]);
      if (own.every(Number.isFinite)) add(columns === 1 ? name : `${name} ${c + 1}`, own, name);
    }
  }
  // The distances are there whatever command wrote the file, and make a map by themselves.
  const distance = (m: number, k: number): number => {
    const at = 3 * (m * set.n + k);
    return Math.hypot(set.positions[at], set.positions[at + 1], set.positions[at + 2]);
  };
  for (const [label, k] of [
    ['nearest', 0],
    ['farthest', set.n - 1],
  ] as const) {
    const values = Array.from({ length: set.length }, (_, m) => distance(m, k));
    properties[`${label} neighbor`] = {
      target: 'atom',
      values,
      units: 'Å',
      description: `distance of the ${label} neighbor`,
    };
  }
  return properties;
}
