import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core';
import { type Denoiser, type InfillStructureOptions, infillSites } from '../../diffusion';
import { INFILL_OPTIONS } from '../../diffusion/cells/infill';
import { type ClusterCutter, clusterCutter } from '../../diffusion/cutCluster';
import type { Motifs } from '../../motifs';
import { distancesTo, type Structure, withoutAtoms } from '../../structures';
import type { InfillTest } from './infilling';
import { type InfillResults, judged, requireTests } from './infillRivals';

/** Options of {@link infillBySight}. */
export interface InfillSightOptions extends InfillStructureOptions {
  /** Nearest neighbors of the central atom in sight, the missing ones counted among them, or the whole cell. */
  sight: number | 'cell';
  /** Å around the central atom in which missing atoms are looked for; default 4. */
  radius?: number;
  /**
   * Questions of one cell whose central atoms are so far apart, Å, are answered in the same calls; default 12, so that
   * no atom missing for one is nearer than 4 Å to one missing for another.
   */
  apart?: number;
}

/** An answer of {@link infillBySight}. */
export interface SightedInfill {
  /** The whole motif, n × 3, Å; rows as in the test's problem. */
  positions: Float64Array;
  /** As `infillStructure` returns them. */
  agreement: number;
  energy: number | null;
}

/** Å; an atom so close to where one is taken away is that atom. */
const SAME = 1e-3;

/**
 * Infills environments by a denoiser that sees more than the environment: any number of neighbors, or the whole cell.
 *
 * @param cells those that the environments were cut from
 * @param environments those that the tests were made of
 * @returns no answer and no errors to tests that were not come to before it was stopped
 * @throws InputError if they do not belong together, or naming an option
 */
export async function infillBySight(
  denoiser: Denoiser,
  cells: readonly Structure[],
  environments: Motifs,
  tests: readonly InfillTest[],
  options: InfillSightOptions,
): Promise<InfillResults<SightedInfill>> {
  requireKnownOptions(options, ['sight', 'radius', 'apart', ...INFILL_OPTIONS]);
  const { sight, radius: given = 4, apart: distance = 12, ...settings } = options;
  const radius = requirePositive(given, 'option radius');
  requirePositive(distance, 'option apart');
  requireTests(tests);
  if (sight !== 'cell') requireInteger(sight, 'option sight', environments.n);
  const centers = tests.map((test) => siteOf(test, cells, environments));
  const answers: SightedInfill[][] = tests.map(() => []);
  const cutters = cells.map(clusterCutter);
  const groups = sight === 'cell' ? groupsApart(centers, cells, distance) : centers.map((_, k) => [k]);
  for (const [g, group] of groups.entries()) {
    const frames = group.map((k) => frameOf(centers[k], cells, cutters, sight));
    // Whole cells share their frame: what any question takes away is missing for all.
    const [{ structure }] = frames;
    const gone = group.flatMap((k, f) => missingAtoms(structure, tests[k], frames[f].center));
    const where = group.map((k, f) => ({
      missing: tests[k].missing.length,
      region: { center: frames[f].center, radius },
    }));
    const seed = (settings.seed ?? 0) * 4099 + g;
    let goesOn = true;
    const onProgress: typeof settings.onProgress = ({ step, steps, ...rest }) => {
      const whole = { step: g * steps + step, steps: groups.length * steps, ...rest };
      goesOn = settings.onProgress?.(whole) !== false && !settings.signal?.aborted;
      return goesOn;
    };
    const own = { ...settings, seed, onProgress };
    const sites = await infillSites(denoiser, withoutAtoms(structure, gone), where, own);
    if (!goesOn) break;
    sites.forEach((found, f) => {
      const [k, { center }] = [group[f], frames[f]];
      answers[k] = found.map(({ placed, agreement, energy }) => ({
        positions: completed(tests[k], placed, center),
        agreement,
        energy,
      }));
    });
  }
  return judged(tests, answers);
}

/** The central atom of a test. */
interface Site {
  cell: number;
  atom: number;
}

function siteOf({ environment, positions }: InfillTest, cells: readonly Structure[], of: Motifs): Site {
  if (!(environment < of.length)) throw new InputError('environment', `${environment}`, `one of ${of.length}`);
  if (positions.length !== 3 * of.n) {
    throw new InputError('tests', `${positions.length / 3} neighbors`, `${of.n}, as the environments`);
  }
  const site = { cell: of.structures[environment], atom: of.atoms[environment] };
  if (!cells[site.cell]) throw new InputError('cells', `${cells.length}`, `at least ${site.cell + 1}`);
  return site;
}

/**
 * Questions in groups of one cell, centers at least a distance apart; in order, each put into the first group it fits.
 */
function groupsApart(sites: readonly Site[], cells: readonly Structure[], distance: number): number[][] {
  const groups: number[][] = [];
  sites.forEach(({ cell, atom }, k) => {
    const { positions } = cells[cell];
    const distances = distancesTo(cells[cell], positions.subarray(3 * atom, 3 * atom + 3));
    const fits = (group: number[]): boolean =>
      group.every((other) => sites[other].cell === cell && distances[sites[other].atom] >= distance);
    const group = groups.find(fits);
    if (group) group.push(k);
    else groups.push([k]);
  });
  return groups;
}

function frameOf(
  { cell, atom }: Site,
  cells: readonly Structure[],
  cutters: readonly ClusterCutter[],
  sight: number | 'cell',
): { structure: Structure; center: Float64Array } {
  if (sight !== 'cell') return { structure: cutters[cell](atom, sight), center: new Float64Array(3) };
  return { structure: cells[cell], center: cells[cell].positions.slice(3 * atom, 3 * atom + 3) };
}

/** Indices of the atoms that the test takes away. */
function missingAtoms(structure: Structure, { missing, positions }: InfillTest, center: Float64Array): number[] {
  return Array.from(missing, (row) => {
    const place = center.map((x, c) => x + positions[3 * row + c]);
    const atom = distancesTo(structure, place).findIndex((r) => r < SAME);
    if (atom < 0) throw new InputError('cells', `no atom at ${place.join(', ')} Å`, 'the cells of the environments');
    return atom;
  });
}

function completed({ missing, positions }: InfillTest, placed: Float64Array, center: Float64Array): Float64Array {
  const whole = positions.slice();
  missing.forEach((row, k) => {
    for (let c = 0; c < 3; c++) whole[3 * row + c] = placed[3 * k + c] - center[c];
  });
  return whole;
}
