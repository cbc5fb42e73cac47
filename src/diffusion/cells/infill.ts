import { InputError, requireInteger, requireKnownOptions, requirePositive } from '../../core/errors';
import { solidVolumes } from '../../core/periodicTable';
import { atomCount, distancesTo, type Potential, type Structure, vectorsTo, withAtoms } from '../../structures';
import { cellVolume } from '../../structures/lattice';
import type { Denoiser } from '../denoiser';
import { placesNear, type Region, roomyPlaces } from './places';
import {
  type Answer,
  agreementOf,
  placedAndNear,
  relaxedByModel,
  relaxedByPotential,
  residualOf,
  unsureness,
  usualEnergy,
} from './ranking';
import { DEFAULT_STEPS, type Guide, type SamplerOptions, sampleStructures } from './sampler';
import { type Composition, startRng, symbolsOf } from './starts';

/** What is missing from a structure, and where. */
export interface Missing {
  /**
   * Number of atoms that are not in the structure; by element, such as `{ O: 2, Si: 1 }`, if the model knows several.
   */
  missing: number | Composition;
  /** Whether one atom fewer and one more are tried too, where the number is uncertain; for a number alone. */
  uncertain?: boolean;
  /**
   * Where they are looked for, and stay. Without it the first, third … answer begin where there is most room, the
   * others near atoms that the model expects elsewhere.
   */
  region?: Region;
}

/**
 * Options of {@link infillStructure}; `steps` default to 8 a missing atom, at least 100 and at most 1200, `noise` to
 * 1.5 and 0.03 Å, `correlation` to 0.
 */
export interface InfillStructureOptions
  extends Pick<SamplerOptions, 'steps' | 'sampler' | 'noise' | 'window' | 'correlation' | 'onProgress' | 'signal'> {
  /** Answers from different starts; default 4. */
  samples?: number;
  seed?: number;
  /** Its energy ranks the answers, each with all atoms within 8 Å of the region relaxed (all without a region). */
  potential?: Potential;
  /**
   * Whether answers are compared with their surroundings relaxed; default true. Costs 24 calls of the model an answer,
   * and matters where the surroundings are not those of the filled structure, as around a vacancy.
   */
  relax?: boolean;
  /** Å; two answers agree if their atoms are pairs that lie closer; default 0.5. */
  agreement?: number;
}

/** One answer. */
export interface InfilledStructure extends Answer {
  /** The structure with the missing atoms at its end, without what was known of it before except its name. */
  structure: Structure;
  /** missing × 3, Å. */
  placed: Float64Array;
  /** Share of the other answers that agree with this one, both relaxed; 1 for a single answer. */
  agreement: number;
  /**
   * How far, after the model has relaxed them, the placed atoms and those within 6 Å are from where it expects them,
   * rms, Å.
   */
  residual: number;
  /** Placed atoms that lie more than 0.5 Å outside the region; 0 without one. */
  outside: number;
  /** Of all atoms of `relaxed`, eV; null without a potential. */
  energy: number | null;
  /**
   * The structure after relaxing placed and known atoms: within 6 Å by the model, then within 8 Å by a potential given.
   */
  relaxed: Structure;
}

/** Noise levels of the first and the last call, Å. */
const CHAIN_NOISE: [number, number] = [1.5, 0.03];
const OTHER_NOISE: [number, number] = [2.5, 0.03];
/** Names of {@link InfillStructureOptions}. */
export const INFILL_OPTIONS: readonly string[] = [
  ...['steps', 'sampler', 'noise', 'window', 'correlation', 'onProgress', 'signal'],
  ...['samples', 'seed', 'potential', 'relax', 'agreement'],
];
/** Å beyond the region in which a placed atom still counts as within. */
const MARGIN = 0.5;
/** Å that atoms of a region reach beyond it. */
const REACH = 2;
/** Levels, Å, under which the atoms of a region may leave it: nothing but bond lengths changes any more. */
const SETTLED = 0.1;

/**
 * Puts missing atoms back into a structure with all surroundings in sight: known atoms are fixed and marked.
 *
 * The model was trained with known and noisy atoms side by side, so nothing has to be resampled to make both fit (as in
 * RePaint, Lugmayr et al., CVPR 2022, arXiv:2201.09865). Each answer starts from random places in the region. With a
 * potential the answer of lowest energy comes first (of different numbers of atoms, after what an atom usually has is
 * taken off for each), without one that of the smallest residual, each with its surroundings relaxed.
 *
 * @returns the answers, best first
 * @throws InputError naming what is wrong
 * @example
 * const region = { center: [4.1, 5, 9.7], radius: 4 };
 * const [best] = await infillStructure(denoiser, structure, { missing: 3, region }, { samples: 4, seed: 1 });
 * console.log(best.placed, best.agreement);
 */
export async function infillStructure(
  denoiser: Denoiser,
  structure: Structure,
  where: Missing,
  options: InfillStructureOptions = {},
): Promise<InfilledStructure[]> {
  const settings = resolve(options);
  const answers: Answer[] = [];
  for (const symbols of alternatives(denoiser, where)) {
    answers.push(...(await sampleSites(denoiser, structure, [{ ...where, symbols }], settings))[0]);
  }
  return ranked(denoiser, answers, where.region, settings);
}

/**
 * {@link infillStructure} of several sites of one structure in the same calls of the model; each has its own ranking.
 *
 * While it is filled, a site sees the others as they are being filled: they should lie well apart.
 *
 * @returns for each site the answers, best first; each with the structure in which that site alone is filled
 * @throws InputError naming what is wrong
 */
export async function infillSites(
  denoiser: Denoiser,
  structure: Structure,
  sites: readonly Missing[],
  options: InfillStructureOptions = {},
): Promise<InfilledStructure[][]> {
  const settings = resolve(options);
  if (sites.length === 0) throw new InputError('sites', 'none', 'at least one');
  const named = sites.map((site, s) => {
    if (site.uncertain) throw new InputError(`site ${s}, uncertain`, 'several sites', 'one site');
    return { ...site, symbols: missingSymbols(denoiser, site, `site ${s}, `) };
  });
  const found = await sampleSites(denoiser, structure, named, settings);
  return Promise.all(found.map((answers, s) => ranked(denoiser, answers, sites[s].region, settings)));
}

type Settings = InfillStructureOptions & { samples: number; agreement: number };

function resolve(options: InfillStructureOptions): Settings {
  requireKnownOptions(options, INFILL_OPTIONS);
  const samples = requireInteger(options.samples ?? 4, 'option samples', 1);
  return { ...options, samples, agreement: requirePositive(options.agreement ?? 0.5, 'option agreement') };
}

function missingSymbols(denoiser: Denoiser, site: Missing, place = ''): string[] {
  requireKnownOptions(site, ['missing', 'uncertain', 'region'], `${place}missing`);
  return symbolsOf(denoiser, site.missing, `${place}missing`);
}

/** Numbers of missing atoms that are tried, as symbols. */
function alternatives(denoiser: Denoiser, site: Missing): string[][] {
  const symbols = missingSymbols(denoiser, site);
  if (!site.uncertain) return [symbols];
  if (typeof site.missing !== 'number') throw new InputError('uncertain', 'numbers by element', 'one number of atoms');
  return [symbols.slice(1), symbols, [...symbols, symbols[0]]].filter(({ length }) => length > 0);
}

/** Answers to each site, in the order of their starts. */
async function sampleSites(
  denoiser: Denoiser,
  structure: Structure,
  sites: readonly (Missing & { symbols: string[] })[],
  { samples, seed = 0, steps, sampler = 'chain', noise, window, correlation, onProgress, signal }: Settings,
): Promise<Answer[][]> {
  requireRoom(structure, sites);
  const ends = [atomCount(structure)];
  for (const { symbols } of sites) ends.push(ends[ends.length - 1] + symbols.length);
  const anywhere = samples > 1 && atomCount(structure) > 0 && sites.some(({ region }) => region === undefined);
  const unsure = anywhere && unsureness(denoiser, structure);
  const starts = Array.from({ length: samples }, (_, k) => {
    const rng = startRng(seed, k);
    let filled = structure;
    for (const { symbols, region } of sites) {
      const near = unsure && region === undefined && k % 2 === 1;
      const places = near
        ? placesNear(structure, unsure, symbols.length, rng)
        : roomyPlaces(filled, symbols.length, region, rng);
      filled = withAtoms(filled, places, symbols);
    }
    return { structure: filled, free: new Uint8Array(atomCount(filled)).fill(1, atomCount(structure)), rng };
  });
  const most = Math.max(...sites.map(({ symbols }) => symbols.length));
  const chain = { noise: noise ?? CHAIN_NOISE, correlation: correlation ?? 0, guide: withinRegions(sites, ends) };
  const settings = {
    ...{ steps: steps ?? defaultSteps(most), sampler, window, onProgress, signal },
    ...(sampler === 'chain' ? chain : { noise: noise ?? OTHER_NOISE, correlation }),
  };
  const found = await sampleStructures(denoiser, starts, settings, structure);
  return sites.map(({ symbols }, s) =>
    found.map(({ positions }) => {
      const placed = positions.slice(3 * ends[s], 3 * ends[s + 1]);
      return { structure: withAtoms(structure, placed, symbols), placed };
    }),
  );
}

/** Throws {@link InputError} where more atoms are missing than there is room for in any solid. */
function requireRoom(structure: Structure, sites: readonly (Missing & { symbols: string[] })[]): void {
  for (const { symbols, region } of sites) {
    if (region && region.radius > 0 && (4 / 3) * Math.PI * (region.radius + REACH) ** 3 < solidVolumes(symbols)[0]) {
      throw new InputError('missing', `${symbols.length} atoms in a ball of ${region.radius} Å`, 'as many as fit');
    }
  }
  if (!structure.pbc.every(Boolean)) return;
  const [added, volume] = [sites.flatMap(({ symbols }) => symbols), cellVolume(structure)];
  if (volume >= solidVolumes([...structure.species, ...added])[0]) return;
  const found = `${added.length} atoms beside ${structure.species.length} in ${volume.toFixed(0)} Å³`;
  throw new InputError('missing', found, 'as many as fit');
}

/** Calls of the model: the larger a hole, the more its filling is decided by itself and not by its walls. */
export function defaultSteps(missing: number): number {
  return Math.min(DEFAULT_STEPS, Math.max(100, 8 * missing));
}

/** Takes atoms that have left their region back to its edge, as long as bonds change. */
function withinRegions(sites: readonly Missing[], ends: readonly number[]): Guide {
  return (structure, sigma) => {
    const kept = structure.positions.slice();
    if (sigma < SETTLED) return kept;
    sites.forEach(({ region }, s) => {
      if (!region) return;
      const placed = kept.subarray(3 * ends[s], 3 * ends[s + 1]);
      const away = vectorsTo({ ...structure, positions: placed }, region.center);
      for (let k = 0; k < away.length; k += 3) {
        const distance = Math.hypot(away[k], away[k + 1], away[k + 2]);
        const back = Math.min(0, region.radius / distance - 1);
        for (let c = k; c < k + 3; c++) placed[c] += distance > 0 ? back * away[c] : 0;
      }
    });
    return kept;
  };
}

async function ranked(
  denoiser: Denoiser,
  answers: readonly Answer[],
  region: Region | undefined,
  { potential, relax = true, agreement }: Settings,
): Promise<InfilledStructure[]> {
  const given = answers.map(({ structure }) => structure);
  const near = answers.map(placedAndNear);
  const settled = relax ? await relaxedByModel(denoiser, given, near) : given;
  const relaxed = settled.map((structure, k) => {
    const missing = answers[k].placed.length / 3;
    return potential ? relaxedByPotential(structure, missing, region, potential) : { relaxed: structure, energy: null };
  });
  // As relaxed, so that answers which relax to one count as one.
  const ends = answers.map(({ placed }, k) => {
    const { relaxed: structure } = relaxed[k];
    return { structure, placed: structure.positions.slice(structure.positions.length - placed.length) };
  });
  const all = answers.map((answer, k) => ({
    ...answer,
    ...relaxed[k],
    agreement: agreementOf(ends, k, agreement),
    residual: residualOf(denoiser, settled[k], near[k]),
    outside: region ? outsideOf(answer, region) : 0,
  }));
  if (!potential) return all.sort((a, b) => a.residual - b.residual);
  const numbers = new Set(answers.map(({ placed }) => placed.length));
  const usual = numbers.size > 1 ? usualEnergy(answers[0], potential) : 0;
  const excess = ({ energy, placed }: InfilledStructure): number => (energy as number) - (usual * placed.length) / 3;
  return all.sort((a, b) => excess(a) - excess(b));
}

/** Placed atoms more than 0.5 Å outside the region. */
function outsideOf({ structure, placed }: Answer, region: Region): number {
  const distances = distancesTo({ ...structure, positions: placed }, region.center);
  return distances.filter((distance) => distance > region.radius + MARGIN).length;
}
