// Cells guided by a structure factor, for notebook 15: node data/make/experiment.mjs silicon|silica|carbon -o FILE
// Silicon by the measured curve; silica and carbon by that of one held-out cell, whose atoms are the answer: S(q) of
// all atoms alike up to 5 1/Å. The fit moves random atoms until S(q) fits, without a model; refined cells are held-out
// ones at the lowest noise at which silicon's bonds still move, 0.3 Å, and denoised from there with and without the
// guide. A row a cell; goes on where the file ends.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn, timed } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, diffusion, evaluate, materials] = ['', '/diffusion', '/evaluate', '/materials'].map((name) =>
  load(`../../dist${name}`),
);
const { sampleStructures } = load('../../dist/diffusion/cells/sampler');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '6' }, out: { type: 'string', short: 'o' } },
});
const [kind] = positionals;
const count = Number(values.count);
const range = { qMax: 5 };
const inData = (name) => new URL(`../${name}`, import.meta.url).pathname;
const results = resultsIn(values.out);
const potential = materials.siliconStillingerWeber();
const denoiser = diffusion.Denoiser.load(glass.modelFile({ silicon: 'cells', silica: 'sio2', carbon: 'carbon' }[kind]));
await { silicon, silica, carbon }[kind]();
denoiser.dispose();

async function once(key, make, measure) {
  if (results.has(key)) return;
  const { made, seconds } = await timed(make);
  const row = { ...key, ...measure(made), seconds: Math.round(seconds) };
  results.add(row);
  console.log(JSON.stringify(row));
}

async function silicon() {
  const lines = fs.readFileSync(inData('experiment/a-si-structure-factor.csv'), 'utf8').trim().split('\n').slice(1);
  const [q, s] = [0, 1].map((column) => lines.map((line) => Number(line.split(',')[column])));
  const measured = { q, values: s };
  const misfit = diffusion.misfitTo(measured, range);
  const { bonds } = materials.material('silicon').limits;
  const measure = (cell) => {
    const relaxed = materials.relaxStructure(cell, potential);
    return {
      misfit: rounded(misfit(cell).value, 5),
      relaxedMisfit: rounded(misfit(relaxed.structure).value, 5),
      fourFold: share(evaluate.coordination(cell, { bonds }), 4),
      angles: spread(evaluate.bondAngles(cell, { bonds })),
      energy: rounded(relaxed.energyAfter, 4),
    };
  };
  const { train, test } = glass.splitCells(glass.readCells());
  for (const [set, cells] of Object.entries({ 'training cells': train, 'held-out cells': test })) {
    for (const cell of cells) await once({ glass: kind, set, cell: cell.info.name }, () => cell, measure);
  }
  const density = rounded(evaluate.density(train[0]), 3);
  const guided = () => ({ guide: diffusion.structureFactorGuide(measured, range) });
  for (let seed = 1; seed <= count; seed++) {
    const fit = () =>
      fitted(misfit, diffusion.randomCell({ atoms: 512, density, species: 'Si', minDistance: 2, seed }));
    await once({ glass: kind, set: 'fit of S(q) alone', cell: seed }, fit, measure);
    await pair({ glass: kind, cell: seed }, { atoms: 512, density, seed }, guided, measure);
  }
  for (const [k, cell] of test.slice(0, count).entries()) {
    const name = cell.info.name;
    await once({ glass: kind, set: 'refined without guide', cell: name }, () => refined(cell, k), measure);
    await once({ glass: kind, set: 'refined', cell: name }, () => refined(cell, k, guided()), measure);
  }
}

/** A cell made by the chain, and the same with the guide. */
async function pair(key, options, guided, measure) {
  const made = async (more) => (await diffusion.generateCells(denoiser, { ...options, ...more }))[0];
  await once({ ...key, set: 'chain' }, () => made({}), measure);
  await once({ ...key, set: 'chain, guided' }, () => made(guided()), measure);
}

/** What reverse Monte Carlo does, downhill: atoms of a random cell moved until S(q) fits. */
function fitted(misfit, start) {
  let cell = start;
  for (let step = 0; step < 40; step++) {
    const { value, gradient } = misfit(cell);
    const square = gradient.reduce((sum, x) => sum + x * x, 0);
    cell = { ...cell, positions: cell.positions.map((x, k) => x - (0.5 * value * gradient[k]) / square) };
  }
  return cell;
}

async function refined(cell, seed, guided = {}) {
  const rng = glass.createRng(seed);
  const free = new Uint8Array(cell.species.length).fill(1);
  const noisy = cell.positions.map((x) => x + 0.3 * rng.normal());
  const start = { structure: { ...cell, positions: noisy }, free, rng };
  const levels = Array.from({ length: 300 }, (_, k) => 0.3 * (0.2 / 0.3) ** (k / 299));
  const [found] = await sampleStructures(denoiser, [start], { levels, ...guided });
  return found;
}

async function silica() {
  const [answer] = glass.readStructures(inData('a-sio2/a-sio2-10Kps-5.extxyz.gz'));
  const bonds = { bonds: { 'Si-O': 2.2 } };
  const measure = (cell) => ({
    siliconFourFold: share(evaluate.coordination(cell, { ...bonds, pair: 'Si-O' }), 4),
    oxygenTwoFold: share(evaluate.coordination(cell, { ...bonds, pair: 'O-Si' }), 2),
    ...angleDistances(cell, answer, bonds, ['O-Si-O', 'Si-O-Si']),
  });
  const density = rounded(evaluate.density(answer), 3);
  const options = { atoms: 600, density, composition: { Si: 1, O: 2 }, conditions: { cooling_rate: 10 } };
  await known(answer, { ...options, window: [0.5, 0.36] }, measure);
}

async function carbon() {
  for (const name of ['a-c-d2.0_1', 'a-c-d0.0_11']) {
    const [answer] = glass.readStructures(inData(`a-c/${name}.extxyz.gz`));
    const bonds = { bonds: { 'C-C': 1.85 } };
    const measure = (cell) => ({
      sp3: share(evaluate.coordination(cell, bonds), 4),
      ...angleDistances(cell, answer, bonds, ['C-C-C']),
    });
    const options = { atoms: 216, density: rounded(evaluate.density(answer), 3), approach: 'ancestral' };
    await known(answer, { ...options, window: [0.15, 0.05], steps: 600 }, measure);
  }
}

/** Cells with and without the guide by the S(q) of one whose atoms are known, and what those measure. */
async function known(answer, options, measure) {
  const curve = evaluate.structureFactor(answer, range);
  const guided = () => ({ guide: diffusion.structureFactorGuide(curve, range) });
  const misfit = diffusion.misfitTo(curve, range);
  const all = (cell) => ({ misfit: rounded(misfit(cell).value, 5), ...measure(cell) });
  const key = { glass: kind, answer: answer.info.name };
  await once({ ...key, set: 'the answer', cell: answer.info.name }, () => answer, all);
  for (let seed = 1; seed <= count; seed++) await pair({ ...key, cell: seed }, { ...options, seed }, guided, all);
}

/** Wasserstein distance of angles to those of the answer, degrees, by triplet of elements. */
function angleDistances(cell, answer, bonds, triplets) {
  const angles = (of, triplet) => evaluate.bondAngles(of, { ...bonds, triplet }).map((a) => (a * 180) / Math.PI);
  return Object.fromEntries(
    triplets.map((triplet) => {
      return [triplet, rounded(evaluate.wasserstein1(angles(cell, triplet), angles(answer, triplet)), 3)];
    }),
  );
}

function share(counts, k) {
  return rounded(counts.filter((count) => count === k).length / counts.length, 5);
}

function spread(angles) {
  return rounded((evaluate.moments(angles).deviation * 180) / Math.PI, 2);
}

function rounded(value, digits) {
  return Number(value.toFixed(digits));
}
