// The model of matched labels learned from more and more training cells, for notebook 9:
//   node data/make/learning.mjs --cells 1,2,4,8,20 --seeds 1,2 -o data/results/learning.json
// and how much the supplied one depends on its seed: with --full --cells 20 --seeds 2,3, as long as that. Seed s takes
// the cells that follow the first 7 (s − 1) training cells, in a circle. Goes on where the file ends. About four
// minutes of processor time a model, ten in full.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, evaluate, materials] = ['', '/evaluate', '/materials'].map((name) => load(`../../dist${name}`));
const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: '1,2,4,8,20' },
    seeds: { type: 'string', default: '1,2' },
    full: { type: 'boolean', default: false },
    out: { type: 'string', short: 'o' },
  },
});
const numbers = (text) => text.split(',').map(Number);
const split = glass.splitCells(glass.readCells());
const motifsOf = (cells) => glass.extractEnvironments(cells, { cutoff: 4, count: 8 });
const validation = motifsOf(split.validation);
const references = { training: motifsOf(split.train), heldOut: motifsOf(split.test) };
const judge = evaluate.motifJudge(references, {
  ...materials.material('silicon').limits,
  ...{ seed: 1, motifs: 1000, novelty: 200 },
});
const results = resultsIn(values.out);
for (const seed of numbers(values.seeds)) {
  for (const count of numbers(values.cells)) {
    const key = { cells: count, seed, full: values.full || undefined }; // which JSON leaves out
    if (results.has(key)) continue;
    const vae = await trained(motifsOf(some(count, seed)), seed);
    const metrics = judge.judge(glass.sampleMotifs(vae, 1000, { seed }));
    const estimates = metrics.map(({ key, estimate }) => [key, estimate && Number(estimate.value.toFixed(4))]);
    const row = { ...key, ...Object.fromEntries(estimates) };
    results.add(row);
    console.log(JSON.stringify(row));
  }
}

function some(count, seed) {
  const cells = split.train;
  return Array.from({ length: count }, (_, k) => cells[(7 * (seed - 1) + k) % cells.length]);
}

/**
 * As the model `matched` is trained (data/README.md); unless in full with a smaller prior and 4,000 steps instead of
 * 6,000 and 16,000.
 */
async function trained(train, seed) {
  const vae = glass.Vae.create({ atoms: 8, hidden: [128, 128], latent: 21, seed });
  const settings = { labels: 'matched', beta: 0.0005, batchSize: 512, stepsPerEpoch: 100, learningRate: 0.002, seed };
  const epochs = values.full ? 60 : 40;
  for await (const _ of glass.trainVae(vae, { train, validation }, { ...settings, epochs }));
  const prior = values.full ? { seed } : { hidden: [128, 128], epochs: 8, stepsPerEpoch: 500, seed };
  for await (const _ of glass.trainPrior(vae, { train, validation }, prior));
  return vae;
}
