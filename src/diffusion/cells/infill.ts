import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { atomCount, distancesTo, type Potential, type Structure } from '../../structures';
import type { Denoiser } from '../denoiser';
import { type Region, roomyPlaces, withAtoms } from './places';
import { type SamplerOptions, sampleStructures } from './sampler';
import { speciesOf, startRng } from './starts';

/** What is missing from a structure, and where. */
export interface Missing {
  /** Number of atoms that are not in the structure. */
  missing: number;
  /** Where they are looked for; without it wherever there is most room. */
  region?: Region;
  /** Their element; by default the model's only one. */
  species?: string;
}

/** Options of {@link infillStructure}; those of the sampler default to 20 steps from 2.5 to 0.03 Å. */
export interface InfillStructureOptions extends Pick<SamplerOptions, 'steps' | 'sampler' | 'noise' | 'onStep'> {
  /** Answers from different starts; default 4. */
  samples?: number;
  seed?: number;
  /** Its energy ranks the answers, lowest first; without it those come first with which most others agree. */
  potential?: Pick<Potential, 'energies'>;
  /** Å; two answers agree if their atoms are pairs that lie closer; default 0.5. */
  agreement?: number;
}

/** One answer. */
export interface InfilledStructure {
  /** The structure with the missing atoms at its end, without what was known of it before except its name. */
  structure: Structure;
  /** missing × 3, Å. */
  placed: Float64Array;
  /** Share of the other answers that agree with this one; 1 for a single answer. */
  agreement: number;
  /** Of the atoms within reach of the region (all without one), eV; null without a potential. */
  energy: number | null;
}

const NAMES = ['steps', 'sampler', 'noise', 'onStep', 'samples', 'seed', 'potential', 'agreement'];
/** Å from a region to the farthest atoms whose energies it decides: a bond and a half beyond the region. */
const REACH = 4;

/**
 * Puts missing atoms back into a structure with all surroundings in sight: known atoms are fixed and marked.
 *
 * The model was trained with known and noisy atoms side by side, so nothing has to be resampled to make both fit (as in
 * RePaint, Lugmayr et al., CVPR 2022, arXiv:2201.09865). Each answer starts from random places in the region.
 *
 * @returns the answers, best first
 * @throws InputError naming what is wrong
 */
export function infillStructure(
  denoiser: Denoiser,
  structure: Structure,
  where: Missing,
  options: InfillStructureOptions = {},
): InfilledStructure[] {
  return infillSites(denoiser, structure, [where], options)[0];
}

/**
 * {@link infillStructure} of several sites of one structure in the same calls of the model; each has its own ranking.
 *
 * While it is filled, a site sees the others as they are being filled: they should lie well apart.
 *
 * @returns for each site the answers, best first; each with the structure in which that site alone is filled
 * @throws InputError naming what is wrong
 */
export function infillSites(
  denoiser: Denoiser,
  structure: Structure,
  sites: readonly Missing[],
  options: InfillStructureOptions = {},
): InfilledStructure[][] {
  requireKnownOptions(options, NAMES);
  const samples = requireInteger(options.samples ?? 4, 'option samples', 1);
  const radius = requirePositive(options.agreement ?? 0.5, 'option agreement');
  const ends = siteEnds(sites, atomCount(structure));
  const symbols = sites.map(({ species }, s) => speciesOf(denoiser, species, `${placeOf(sites, s)}missing species`));
  const starts = Array.from({ length: samples }, (_, k) => {
    const rng = startRng(options.seed ?? 0, k);
    let filled = structure;
    sites.forEach(({ missing, region }, s) => {
      filled = withAtoms(filled, roomyPlaces(filled, missing, region, rng), symbols[s]);
    });
    return { structure: filled, free: new Uint8Array(atomCount(filled)).fill(1, atomCount(structure)), rng };
  });
  const { steps = 20, sampler = 'ancestral', noise = [2.5, 0.03] } = options;
  const found = sampleStructures(denoiser, starts, { steps, sampler, noise, onStep: options.onStep }, structure);
  return sites.map((site, s) => {
    const answers = found.map((answer) => {
      const placed = answer.positions.slice(3 * ends[s], 3 * ends[s + 1]);
      const alone = withAtoms(structure, placed, symbols[s]);
      return {
        structure: alone,
        placed,
        energy: options.potential ? siteEnergy(options.potential, alone, site) : null,
      };
    });
    return ranked(answers, radius);
  });
}

/** Where the atoms of each site begin, and the end of the last. */
function siteEnds(sites: readonly Missing[], known: number): number[] {
  const ends = [known];
  sites.forEach((site, s) => {
    const place = placeOf(sites, s);
    requireKnownOptions(site, ['missing', 'region', 'species'], `${place}missing`);
    ends.push(ends[s] + requireInteger(site.missing, `${place}missing`, 1));
  });
  if (sites.length === 0) throw new InputError('sites', 'none', 'at least one');
  return ends;
}

/** What error messages begin with. */
function placeOf(sites: readonly Missing[], s: number): string {
  return sites.length === 1 ? '' : `site ${s}, `;
}

function siteEnergy(potential: Pick<Potential, 'energies'>, filled: Structure, { missing, region }: Missing): number {
  const all = potential.energies(filled);
  if (!region) return all.reduce((sum, energy) => sum + energy, 0);
  const placed = all.length - missing;
  const distances = distancesTo(filled, region.center);
  // The same atoms for every answer: where the placed ones have come to lie must not count.
  return all.reduce((sum, energy, i) => (i >= placed || distances[i] < region.radius + REACH ? sum + energy : sum), 0);
}

type Unranked = Omit<InfilledStructure, 'agreement'>;

function ranked(answers: readonly Unranked[], radius: number): InfilledStructure[] {
  const all = answers.map((answer, k) => ({ ...answer, agreement: agreementOf(answers, k, radius) }));
  return all.sort((a, b) => (a.energy !== null && b.energy !== null ? a.energy - b.energy : b.agreement - a.agreement));
}

/** Share of the other answers that agree with answer k. */
function agreementOf(answers: readonly Unranked[], k: number, radius: number): number {
  if (answers.length === 1) return 1;
  const alone = { ...answers[k].structure, positions: answers[k].placed };
  const agrees = ({ placed }: Unranked): boolean =>
    canPair(
      Array.from({ length: placed.length / 3 }, (_, i) =>
        Array.from(distancesTo(alone, placed.subarray(3 * i, 3 * i + 3)), (distance) => distance < radius),
      ),
    );
  return answers.filter((other, q) => q !== k && agrees(other)).length / (answers.length - 1);
}

/** Whether each row can have a column of its own among those it is near to (augmenting paths). */
function canPair(near: readonly boolean[][]): boolean {
  const taken = new Map<number, number>();
  const place = (row: number, tried: Set<number>): boolean =>
    near[row].some((close, column) => {
      if (!close || tried.has(column)) return false;
      tried.add(column);
      const holder = taken.get(column);
      if (holder !== undefined && !place(holder, tried)) return false;
      taken.set(column, row);
      return true;
    });
  return near.every((_, row) => place(row, new Set()));
}
