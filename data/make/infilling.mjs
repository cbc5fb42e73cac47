// One of eight atoms missing, asked of the small models of notebook 3 with their several labels, for notebook 8:
//   node data/make/infilling.mjs -o data/results/infilling.json
// Goes on where the file ends. Four minutes on two processors.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, evaluate] = ['', '/evaluate'].map((name) => load(`../../dist${name}`));
const { values } = parseArgs({
  options: { count: { type: 'string', default: '300' }, out: { type: 'string', short: 'o' } },
});
const seed = 1;
const count = Number(values.count);
/** Labels in training, and which rows the known atoms may be in: those of their labels, or any. */
const ASKED = [
  ['vae-none', 'none', 'any'],
  ['cartesian-none', 'none', 'any'],
  ['vae-none', 'none', 'given'],
  ['vae-shells', 'shells', 'given'],
  ['vae-all', 'all', 'given'],
  ['wide-gram', 'none', 'any'],
  ['wide-cartesian', 'none', 'any'],
];
const heldOut = glass.extractEnvironments(glass.splitCells(glass.readCells()).test, { cutoff: 4, count: 8 });
const results = resultsIn(values.out);
for (const [model, permutations, rows] of ASKED) {
  for (const from of ['first shell', 'outermost']) {
    if (results.rows.some((row) => row.model === model && row.rows === rows && row.from === from)) continue;
    const tests = evaluate.infillTests(heldOut, { from, missing: 1, permutations, count, seed });
    const settings = { rows, restarts: rows === 'any' ? 2 : 32, seed };
    const { errors, told } = evaluate.infillByModel(glass.Vae.load(glass.modelFile(model)), tests, settings);
    const rounded = (of) => of.map(([error]) => Number(error.toFixed(5)));
    results.add({ model, rows, from, errors: rounded(errors), told: rounded(told) });
    console.log(model, rows, from);
  }
}
