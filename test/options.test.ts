import { describe, expect, it } from 'vitest';
import * as glass from '../src';
import * as diffusion from '../src/diffusion';
import * as evaluate from '../src/evaluate';
import * as materials from '../src/materials';
import * as notebook from '../src/notebook';

// Options are looked at before anything else, so that nearly every other argument may be missing.
const none = undefined as never;
/** Of every options type, for the compiler, and of none. */
const MISSPELT: object = { misspelt: 1 };
let typo = MISSPELT;

const vae = glass.Vae.create({ atoms: 2, hidden: [3], latent: 1 });

const CALLS: Record<string, () => unknown> = {
  'Denoiser.create': () => diffusion.Denoiser.create(typo),
  'Denoiser.load': () => diffusion.Denoiser.load(none, typo),
  'Denoiser.parse': () => diffusion.Denoiser.parse(none, typo),
  'Vae.create': () => glass.Vae.create(typo),
  'Vae.load': () => glass.Vae.load(none, typo),
  'Vae.parse': () => glass.Vae.parse(none, typo),
  barFigure: () => notebook.barFigure(none, none, typo),
  intervalFigure: () => notebook.intervalFigure([], typo),
  bondAngles: () => evaluate.bondAngles(none, typo),
  bondLengths: () => evaluate.bondLengths(none, typo),
  bootstrap: () => evaluate.bootstrap(2, () => 0, typo),
  bootstrapMean: () => evaluate.bootstrapMean({ values: [1, 2] }, typo),
  bootstrapWasserstein1: () => evaluate.bootstrapWasserstein1({ values: [1, 2] }, { values: [1, 2] }, typo),
  bridges: () => evaluate.bridges(none, 'Si-O', typo),
  cellJudge: () => evaluate.cellJudge(none, typo),
  cellRowFigure: () => notebook.cellRowFigure(none, typo),
  coordinatesFromSpectra: () => evaluate.coordinatesFromSpectra(none, none, typo as never),
  coordination: () => evaluate.coordination(none, typo),
  diamondLike: () => evaluate.diamondLike(none, typo),
  curvesFigure: () => notebook.curvesFigure(none, typo),
  densityFigure: () => notebook.densityFigure(none, none, typo),
  densityGrid: () => glass.densityGrid(none, none, typo),
  describeValues: () => notebook.describeValues(none, { digits: 1, ...typo }),
  extractEnvironments: () => glass.extractEnvironments([], typo),
  trainedModels: () => notebook.trainedModels({}, none, typo),
  formatMotifs: () => glass.formatMotifs(none, typo),
  generateCells: () => diffusion.generateCells(none, typo as never),
  generateMotifs: () => diffusion.generateMotifs(none, typo),
  gridFigure: () => notebook.gridFigure(none, typo),
  heatmapFigure: () => notebook.heatmapFigure(none, none, none, typo),
  histogram: () => evaluate.histogram(none, typo),
  histogramFigure: () => notebook.histogramFigure(none, typo),
  infill: () => glass.infill(none, none, typo),
  infillByCopying: () => evaluate.infillByCopying(none, none, typo),
  infillByGeometry: () => evaluate.infillByGeometry(none, typo as never),
  infillByModel: () => evaluate.infillByModel(none, none, typo),
  infillBySight: () => evaluate.infillBySight(none, none, none, none, { sight: 8, ...typo }),
  infillMany: () => glass.infillMany(none, none, typo),
  infillSites: () => diffusion.infillSites(none, none, none, typo),
  infillStructure: () => diffusion.infillStructure(none, none, none, typo),
  infillTests: () => evaluate.infillTests(none, typo),
  interpolateMotifs: () => glass.interpolateMotifs(vae, none, none, none, typo),
  judgementTable: () => notebook.judgementTable(none, none, typo),
  largestStructureFactor: () => evaluate.largestStructureFactor(none, typo),
  latentStatistics: () => glass.latentStatistics(none, none, typo),
  fitVae: () => notebook.fitVae(none, typo),
  infillByChance: () => evaluate.infillByChance(none, typo as never),
  match: () => glass.match(none, none, typo),
  misfitTo: () => diffusion.misfitTo({ q: [1], values: [1] }, typo),
  motifAngles: () => evaluate.motifAngles(none, none, typo),
  motifCoordination: () => evaluate.motifCoordination(none, none, typo),
  motifJudge: () => evaluate.motifJudge(none, typo),
  liveCurve: () => notebook.liveCurve(typo as never),
  motifFigure: () => notebook.motifFigure(none, typo),
  nearestMotifs: () => glass.nearestMotifs(none, none, none, typo),
  networkFor: () => diffusion.networkFor([], typo as never),
  noisyExample: () => diffusion.noisyExample(none, [], 1, typo),
  parseMotifs: () => glass.parseMotifs('', typo),
  parseStructures: () => glass.parseStructures('', typo),
  readStructures: () => glass.readStructures('', typo),
  peaks: () => glass.peaks(none, typo),
  placeRandomly: () => evaluate.placeRandomly(none, none, typo as never),
  powerSpectrum: () => evaluate.powerSpectrum(none, none, typo),
  powerSpectrumSize: () => evaluate.powerSpectrumSize(typo),
  radialDistribution: () => evaluate.radialDistribution(none, typo),
  randomCell: () => diffusion.randomCell(typo as never),
  reconstructionError: () => glass.reconstructionError(none, none, typo),
  relaxStructure: () => materials.relaxStructure(none, materials.siliconStillingerWeber(), typo),
  reportTable: () => notebook.reportTable(none, none, typo),
  resampleMotifs: () => evaluate.resampleMotifs(none, none, none, typo as never),
  ringStatistics: () => evaluate.ringStatistics(none, typo),
  sampleMotifs: () => glass.sampleMotifs(none, none, typo),
  samplePosterior: () => evaluate.samplePosterior(none, none, typo),
  shareInterval: () => evaluate.shareInterval({ values: [0, 1] }, typo),
  show: () => notebook.show(none, { caption: '', ...typo }),
  showTable: () => notebook.showTable([], typo),
  spectrumFigure: () => notebook.spectrumFigure(none, none, typo),
  splitCells: () => glass.splitCells([], typo as never),
  structureFactor: () => evaluate.structureFactor(none, typo),
  structureFactorGuide: () => diffusion.structureFactorGuide({ q: [1], values: [1] }, typo),
  summarizeInfilling: () => evaluate.summarizeInfilling([[1], [2]], [1], typo),
  stepsWithin: () => diffusion.stepsWithin(1, none, { train: [] }, typo),
  synchronize: () => glass.synchronize(none, none, typo),
  trainOnCells: () => diffusion.trainOnCells(none, { train: [] }, typo).next(),
  trainDenoiser: () => diffusion.trainDenoiser(none, none, [], typo).next(),
  trainPrior: () => glass.trainPrior(none, none, typo).next(),
  trainVae: () => glass.trainVae(none, none, typo).next(),
  trainedModel: () => notebook.trainedModel(none, none, typo),
  vacancies: () => evaluate.vacancies(none, typo),
  validity: () => evaluate.validity(none, none, typo as never),
};

/** The parameters of a function as it is written, from a text without strings or comments in them. */
function lastParameter(call: object): string {
  const [, list] = /\(((?:[^()]|\([^()]*\))*)\)\s*\{/.exec(String(call)) ?? ['', ''];
  return (
    list
      .split(/,(?![^{[(]*[}\])])/)
      .pop()
      ?.trim() ?? ''
  );
}

/** Names of what takes options: exported functions, and methods of exported classes. */
function takers(space: Record<string, unknown>): string[] {
  const takes = (call: unknown) => typeof call === 'function' && /^options\b|= \{\s*\}$/.test(lastParameter(call));
  return Object.entries(space).flatMap(([name, value]) => {
    if (typeof value !== 'function') return [];
    if (!String(value).startsWith('class')) return takes(value) ? [name] : [];
    const members = Object.entries({
      ...Object.getOwnPropertyDescriptors(value.prototype),
      ...Object.getOwnPropertyDescriptors(value),
    });
    return members.filter(([key, { value }]) => key !== 'constructor' && takes(value)).map(([key]) => `${name}.${key}`);
  });
}

describe('a misspelt option', () => {
  it.each(Object.entries(CALLS))('is refused by name in %s', async (_, call) => {
    const attempt = async () => call();
    await expect(attempt()).rejects.toThrow(expect.objectContaining({ name: 'InputError' }));
    await expect(attempt()).rejects.toThrow('option misspelt: found an unknown name');
  });

  it('that are null are refused by a name, not by a TypeError', async () => {
    typo = null as never;
    // Nothing is left of null among options that must be there.
    const named = Object.entries(CALLS).filter(([, call]) => !/\.\.\.typo/.test(String(call)));
    const wrong: string[] = [];
    for (const [name, call] of named) {
      try {
        await call();
        wrong.push(name);
      } catch (error) {
        if ((error as Error).name !== 'InputError') wrong.push(`${name}: ${error}`);
      }
    }
    typo = MISSPELT;
    expect(wrong).toEqual([]);
  });

  it('is tried on everything that takes options', () => {
    const all = [glass, diffusion, evaluate, materials, notebook].flatMap((space) => takers({ ...space }));
    expect(all.length).toBeGreaterThan(60);
    // Its last parameter has a default, but holds no options.
    expect(all.filter((name) => !(name in CALLS) && name !== 'motifEnergies')).toEqual([]);
  });
});
