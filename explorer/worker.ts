/** The models at work, on a thread of their own: each message is a call, answered by its result or its error. */
import * as glass from '../src/browser';
import { libraryVersion } from '../src/core/version';
import { holesOf, joinedAnswers, siteOf } from '../src/diffusion/cells/holes';
import { rootMeanSquare } from '../src/evaluate/infilling/infillRivals';
import { type Vacancy, vacancyErrors } from '../src/evaluate/infilling/vacancies';
import { atomPositions, bondedNeighbors, nearestAtoms, vectorsTo, withoutAtoms } from '../src/structures';
import { wrappedPositions } from '../src/structures/wrap';

export type Structure = glass.Structure;
export type MotifModel = 'matched' | 'talk';
export type CellModel = 'cells' | 'sio2' | 'motifs';

/** A motif as it is drawn and edited. */
export interface Motif {
  /** n × 3, Å. */
  positions: Float64Array;
  latent: Float32Array;
}

/** A cell to draw: atoms about its middle, and the bonds that do not cross its faces. */
export interface Picture {
  structure: Structure;
  places: Float64Array;
  bonds: Int32Array;
  /** Bonds of each atom. */
  counts: Int32Array;
}

/** One way to put atoms back. */
export interface Answer {
  picture: Picture;
  agreement: number;
  residual: number;
  /** From the atoms that were taken out, rms, Å. */
  off: number;
}

/** A way to complete a motif, and what the columns of its table hold. */
export interface Completion {
  /** Of the atoms taken out, Å. */
  placed: Float64Array;
  row: string[];
}

/** Numbers of a motif model's sliders: latents in units of `deviation` about `mean`. */
export interface Scale {
  mean: number[];
  deviation: number[];
}

const vaes = new Map<MotifModel, glass.Vae>();
const denoisers = new Map<CellModel, glass.Denoiser>();

/** Long calls, which take turns: a slider is answered while a cell is made. */
interface Job {
  stopped: boolean;
  report(progress: unknown): void;
}

const jobs = new Set<Job>();
/** Of the call that begins. */
let job: Job;

function vaeOf(name: MotifModel): glass.Vae {
  return vaes.get(name) as glass.Vae;
}

/** The motif at a latent, turned onto the one before, so that atoms move no more than they must. */
function decoded(name: MotifModel, latent: ArrayLike<number>, onto?: Float64Array): Motif {
  const { positions, latents } = glass.decodeMotifs(vaeOf(name), latent);
  const moved = onto ? glass.synchronize(onto, positions, { reflections: true }).moved : positions;
  return { positions: Float64Array.from(moved), latent: latents };
}

/** First minima of g(r), Å. */
const SILICON = glass.material('silicon').limits.bonds;
const CUTOFFS: Record<CellModel, glass.Bonds> = { cells: SILICON, motifs: SILICON, sio2: { 'O-Si': 2.2 } };
/** What new cells are made under, and the noise in which their bonds are decided, Å, where these are not silicon's. */
const MAKING: Partial<Record<CellModel, Pick<glass.CellOptions, 'conditions' | 'window'>>> = {
  sio2: { conditions: { cooling_rate: 10 }, window: [0.5, 0.36] },
};

function pictureOf(given: Structure, model: CellModel): Picture {
  const structure = { ...given, positions: wrappedPositions(given) };
  const { lattice, pbc, positions } = structure;
  const count = structure.species.length;
  const { offsets, indices, images } = bondedNeighbors(structure, CUTOFFS[model]);
  const bonds: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      if (indices[e] > i && images.subarray(3 * e, 3 * e + 3).every((x) => x === 0)) bonds.push(i, indices[e]);
    }
  }
  const middle = [0, 1, 2].map((c) => {
    if (pbc.some(Boolean)) return (lattice[c] + lattice[3 + c] + lattice[6 + c]) / 2;
    return structure.species.reduce((sum, _, i) => sum + positions[3 * i + c], 0) / count;
  });
  return {
    // As it is: wrapping rounds.
    structure: given,
    places: positions.map((x, k) => x - middle[k % 3]),
    bonds: Int32Array.from(bonds),
    counts: Int32Array.from({ length: count }, (_, i) => offsets[i + 1] - offsets[i]),
  };
}

/** The model that knows a structure's elements. */
function modelFor({ species }: Structure): CellModel {
  const elements = [...new Set(species)].sort().join();
  const model = ({ Si: 'cells', 'O,Si': 'sio2' } as Record<string, CellModel>)[elements];
  if (!model) throw new glass.InputError('structure', `atoms of ${elements}`, 'silicon, or silicon and oxygen');
  return model;
}

/** A motif and its central atom. */
function clusterOf(positions: Float64Array): Structure {
  const all = Float64Array.from([0, 0, 0, ...positions]);
  const species = Array<string>(all.length / 3).fill('Si');
  const info = { generator: `glassy-motifs ${libraryVersion()}` };
  return { lattice: new Float64Array(9), pbc: [false, false, false], species, positions: all, info, arrays: {} };
}

/** Distance of placed neighbors from those taken out, rms, Å. */
function away(positions: Float64Array, out: number[], placed: Float64Array): string {
  const taken = { positions: atomPositions({ positions }, out), symbols: out.map(() => 'Si') };
  return rootMeanSquare(vacancyErrors(taken as Vacancy, placed)).toFixed(2);
}

/** Å that a region reaches beyond the atoms taken out of it. */
const MARGIN = 1.5;
/** Milliseconds between pictures of cells in the making. */
const PICTURES = 60;

const api = {
  /** Takes in a model's text; the scale of a motif model's latents. */
  motifModel(name: MotifModel, text: string): Scale {
    const vae = glass.Vae.parse(text, { source: name });
    vaes.set(name, vae);
    const { latent } = vae.config;
    const { mean, deviation } = vae.prior ?? { mean: Array(latent).fill(0), deviation: Array(latent).fill(1) };
    return { mean: Array.from(mean), deviation: Array.from(deviation) };
  },
  cellModel(name: CellModel, text: string): void {
    denoisers.set(name, glass.Denoiser.parse(text, { source: name }));
  },
  decode: decoded,
  draw(name: MotifModel, seed: number): Motif {
    return decoded(name, glass.sampleMotifs(vaeOf(name), 1, { seed }).latents);
  },
  /** A motif of a real cell, as it is and as the model has it. */
  cut(name: MotifModel, cell: string, atom: number): { given: Float64Array; made: Motif } {
    const motifs = glass.extractEnvironments(glass.parseStructures(cell), { cutoff: 4, count: 8 });
    const at = Math.max(0, motifs.atoms.indexOf(atom));
    const given = motifs.positions.slice(24 * at, 24 * at + 24);
    const { mean } = vaeOf(name).encode(glass.gramVectors({ positions: given, n: 8, length: 1 }));
    return { given, made: decoded(name, mean, given) };
  },
  walk(name: MotifModel, a: Float64Array, b: Float64Array, steps: number): Motif[] {
    const { positions, latents, n } = glass.interpolateMotifs(vaeOf(name), a, b, steps);
    const width = latents.length / steps;
    return Array.from({ length: steps }, (_, k) => ({
      positions: positions.slice(3 * n * k, 3 * n * (k + 1)),
      latent: latents.slice(width * k, width * (k + 1)),
    }));
  },
  /** Completions of a motif by the talk's descents, best first. */
  descend(positions: Float64Array, out: number[], seed: number): { head: string[]; answers: Completion[] } {
    const known = Array.from({ length: 8 }, (_, k) => k).filter((k) => !out.includes(k));
    const solutions = glass.infill(vaeOf('talk'), { positions: atomPositions({ positions }, known), known }, { seed });
    const most = solutions.reduce((sum, { restarts }) => sum + restarts, 0);
    const answers = solutions.map(({ positions: all, objective, restarts }) => {
      const placed = atomPositions({ positions: all }, out);
      const row = [objective.toFixed(3), `${Math.round((100 * restarts) / most)} %`, away(positions, out, placed)];
      return { placed, row };
    });
    return { head: ['misfit', 'descents', 'off, Å'], answers };
  },
  /** Completions of a motif by the graph network that sees nothing else, best first. */
  async complete(
    positions: Float64Array,
    out: number[],
    seed: number,
  ): Promise<{ head: string[]; answers: Completion[] }> {
    const known = withoutAtoms(
      clusterOf(positions),
      out.map((k) => k + 1),
    );
    const where = { missing: out.length, region: { center: [0, 0, 0], radius: 4 } };
    const found = await glass.infillStructure(denoisers.get('motifs') as glass.Denoiser, known, where, {
      samples: 8,
      seed,
    });
    const answers = found.map(({ placed, residual, agreement }) => {
      return { placed, row: [residual.toFixed(3), `${Math.round(100 * agreement)} %`, away(positions, out, placed)] };
    });
    return { head: ['residual, Å', 'agree', 'off, Å'], answers };
  },
  motifText(positions: Float64Array): string {
    return glass.formatExtxyz([clusterOf(positions)]);
  },
  /** The first structure of a file. */
  open(content: string | Uint8Array, source: string): { picture: Picture; model: CellModel } {
    const [structure] = glass.parseStructures(content, { source });
    const model = modelFor(structure);
    return { picture: pictureOf(structure, model), model };
  },
  structureText(structure: Structure): string {
    return glass.formatExtxyz([structure]);
  },
  /** An atom and those nearest to it. */
  around(structure: Structure, atom: number, count: number): number[] {
    return nearestAtoms(structure, atom, count);
  },
  /** Takes atoms out and puts as many back, each hole's best first. */
  async fill(
    structure: Structure,
    removed: number[],
    model: CellModel,
    samples: number,
    seed: number,
  ): Promise<Answer[]> {
    const own = job;
    const symbolsOf = (atoms: readonly number[]): string[] => atoms.map((i) => structure.species[i]);
    const denoiser = denoisers.get(model) as glass.Denoiser;
    const groups = holesOf(structure, removed);
    const sites = groups.map((group) => siteOf(denoiser, structure, group, MARGIN));
    const onProgress = ({ step, steps }: { step: number; steps: number }): boolean => {
      own.report(step / steps);
      return !own.stopped;
    };
    // Of a structure that was whole a moment ago, the surroundings are in their places.
    const options = { samples, seed, relax: false, onProgress };
    const holed = withoutAtoms(structure, removed);
    const found = await glass.infillSites(denoiser, holed, sites, options);
    if (own.stopped) throw new Error('Stopped.');
    const errors = (s: number, placed: Float64Array): number[] => {
      const about = (positions: Float64Array) =>
        vectorsTo({ ...structure, positions }, (sites[s].region as glass.Region).center);
      const taken = { positions: about(atomPositions(structure, groups[s])), symbols: symbolsOf(groups[s]) };
      return Array.from(vacancyErrors(taken as Vacancy, about(placed)));
    };
    return found[0].map((_, k) => {
      const answers = found.map((site) => site[k]);
      const { structure: filled, agreement, residual } = joinedAnswers(holed, answers);
      return {
        ...{ picture: pictureOf(filled, model), agreement, residual },
        off: rootMeanSquare(answers.flatMap((answer, s) => errors(s, answer.placed))),
      };
    });
  },
  /** A periodic cell from random places. */
  async generate(
    model: CellModel,
    atoms: number,
    density: number,
    steps: number,
    seed: number,
  ): Promise<Picture | null> {
    const composition: Record<string, number> = model === 'cells' ? { Si: 1 } : { Si: 1, O: 2 };
    const own = job;
    let last = 0;
    const onProgress = ({ step, steps: all, sigma, structures }: glass.SamplerProgress): boolean => {
      if (performance.now() - last > PICTURES) {
        own.report({ share: step / all, sigma, picture: pictureOf(structures[0], model) });
        last = performance.now();
      }
      return !own.stopped;
    };
    const denoiser = denoisers.get(model) as glass.Denoiser;
    const [cell] = await glass.generateCells(denoiser, {
      ...{ atoms, density, steps, seed, composition, onProgress },
      ...MAKING[model],
    });
    return cell ? pictureOf(cell, model) : null;
  },
};

export type Api = typeof api;

interface Call {
  id: number;
  name: keyof Api | 'stop';
  args: unknown[];
}

addEventListener('message', async ({ data }: MessageEvent<Call>) => {
  const { id, name, args } = data;
  if (name === 'stop') {
    for (const running of jobs) running.stopped = true;
    return;
  }
  const own: Job = { stopped: false, report: (progress) => postMessage({ id, progress }) };
  jobs.add(own);
  job = own;
  try {
    const call = api[name] as (...given: unknown[]) => unknown;
    postMessage({ id, result: await call(...args) });
  } catch (error) {
    postMessage({ id, error: (error as Error).message });
  }
  jobs.delete(own);
});
