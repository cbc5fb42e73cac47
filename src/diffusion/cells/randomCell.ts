import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { solidVolumes } from '../../core/periodicTable';
import { asRng, type SeedOrRng } from '../../core/random';
import { atomicWeight, GRAMS_PER_CUBIC_CENTIMETER, type Structure } from '../../structures';

/** Places tried for one atom before the cell counts as full. */
const MOST_TRIES = 10_000;

/** Options of {@link randomCell}. */
export interface RandomCellOptions {
  /** Default 512, or as many as there are symbols. */
  atoms?: number;
  /** g/cm³. */
  density: number;
  /** No two atoms are closer, Å; default 0. */
  minDistance?: number;
  /** Chemical symbol of all atoms, or of each. */
  species: string | readonly string[];
  seed?: SeedOrRng;
}

/**
 * A cube with atoms at random places that keep a distance: random sequential addition, a start without any structure.
 *
 * @throws InputError naming an option, or that no room is left for an atom
 */
export function randomCell(options: RandomCellOptions): Structure {
  requireKnownOptions(options, ['atoms', 'density', 'minDistance', 'species', 'seed']);
  const each = typeof options.species === 'string' ? undefined : options.species;
  const atoms = requireInteger(options.atoms ?? each?.length ?? 512, 'option atoms', 1);
  if (each && each.length !== atoms) throw new InputError('option species', `${each.length} symbols`, `${atoms}`);
  const species = each ? [...each] : new Array<string>(atoms).fill(options.species as string);
  const density = requirePositive(options.density, 'option density');
  const { minDistance = 0 } = options;
  if (!(minDistance >= 0)) throw new InputError('option minDistance', String(minDistance), 'a distance of 0 Å or more');
  const rng = asRng(options.seed ?? 0);
  const mass = species.reduce((sum, symbol) => sum + atomicWeight(symbol, 'option species'), 0);
  const [least, most] = solidVolumes(species)
    .map((volume) => (GRAMS_PER_CUBIC_CENTIMETER * mass) / volume)
    .reverse();
  if (density < least || density > most) {
    const bounds = `${least.toPrecision(2)} to ${most.toPrecision(2)} g/cm³`;
    throw new InputError('option density', `${density} g/cm³`, `${bounds}, as any solid of these elements has`);
  }
  const edge = Math.cbrt((GRAMS_PER_CUBIC_CENTIMETER * mass) / density);
  const positions = new Float64Array(3 * atoms);
  for (let i = 0; i < atoms; i++) {
    let tries = 0;
    do {
      if (++tries > MOST_TRIES) {
        throw new InputError('option minDistance', `${minDistance} Å, no room for atom ${i}`, 'a smaller one');
      }
      for (let c = 3 * i; c < 3 * i + 3; c++) positions[c] = edge * rng.uniform();
    } while (!apart(positions, i, edge, minDistance));
  }
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species,
    positions,
    info: {},
    arrays: {},
  };
}

/** Whether atom i is far enough from those before it and from its own images. */
function apart(positions: Float64Array, i: number, edge: number, minDistance: number): boolean {
  if (minDistance === 0) return true;
  if (edge < minDistance) return false;
  for (let j = 0; j < i; j++) {
    let square = 0;
    for (let c = 0; c < 3; c++) {
      const gap = positions[3 * i + c] - positions[3 * j + c];
      square += (gap - edge * Math.round(gap / edge)) ** 2;
    }
    if (square < minDistance * minDistance) return false;
  }
  return true;
}
