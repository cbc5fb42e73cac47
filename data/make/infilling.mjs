// One to three of eight atoms missing, asked of the small models with their several labels and of what needs no model,
// for notebook 8:
//   node data/make/infilling.mjs -o data/results/infilling.json
// A row for each method and kind of question: errors of the placed atoms (Å), and the same where all atoms are given;
// of methods that are asked all questions also the objective of the best answer, how many answers are distinct
// (median), and the least rms error among the first one to ten of them (median). Goes on where the file ends. Seven
// minutes of processor time.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { resultsIn } from './results.mjs';

const load = createRequire(import.meta.url);
const [glass, evaluate] = ['', '/evaluate'].map((name) => load(`../../dist${name}`));
const { values } = parseArgs({
  options: { count: { type: 'string', default: '300' }, out: { type: 'string', short: 'o' } },
});
const seed = 1;
const motifs = (cells) => glass.extractEnvironments(cells, { cutoff: 4, count: 8 });
const split = glass.splitCells(glass.readCells());
const [train, heldOut] = [motifs(split.train), motifs(split.test)];
/** Labels in training, rows that the known atoms may be in (of their labels, or any), restarts for 1, 2, 3 missing. */
const MODELS = [
  ['vae-none', 'none', 'any', [2, 1, 1]],
  ['matched', 'none', 'given', [8, 8, 8]],
  ['cartesian-none', 'none', 'any', [2]],
  ['vae-none', 'none', 'given', [32]],
  ['vae-shells', 'shells', 'given', [32]],
  ['vae-all', 'all', 'given', [32]],
  ['wide-gram', 'none', 'any', [2]],
  ['wide-cartesian', 'none', 'any', [2]],
].map(([model, permutations, rows, restarts]) => {
  const vae = glass.Vae.load(glass.modelFile(model));
  const ask = (tests, missing) => evaluate.infillByModel(vae, tests, { rows, restarts: restarts[missing - 1], seed });
  return { model, rows, permutations, most: restarts.length, ask };
});
const RIVALS = {
  'nearest motif': (tests) => evaluate.infillByCopying(train, tests, { results: 10 }),
  'random placement': (tests) => evaluate.infillByChance(tests, { bondLength: 2.35, minDistance: 2, seed }),
  'bond geometry': (tests) => evaluate.infillByGeometry(tests, { bonds: 2.85 }),
};
const methods = [...MODELS, ...Object.entries(RIVALS).map(([model, ask]) => ({ model, most: 3, ask }))];
const results = resultsIn(values.out);
for (const { model, rows, permutations = 'none', most, ask } of methods) {
  for (const from of ['first shell', 'outermost']) {
    for (let missing = 1; missing <= most; missing++) {
      const same = (row) =>
        row.model === model && row.rows === rows && row.from === from && row.errors[0].length === missing;
      if (results.rows.some(same)) continue;
      const tests = evaluate.infillTests(heldOut, { from, missing, permutations, count: Number(values.count), seed });
      const given = ask(tests, missing);
      results.add({ model, rows, from, ...errorsOf(given), ...(most === 3 ? answersOf(tests, given) : {}) });
      console.log(model, rows ?? '', from, missing);
    }
  }
}

function errorsOf({ errors, told }) {
  const rounded = (of) => of?.map((each) => Array.from(each, (error) => Number(error.toFixed(5))));
  return { errors: rounded(errors), told: rounded(told) };
}

function answersOf(tests, { answers }) {
  const median = (numbers) => Number(evaluate.quantileOf(numbers, 0.5).toFixed(5));
  const best = answers.map(([first]) => first.objective);
  return {
    objectives: best[0] === undefined ? undefined : best.map((objective) => Number(objective.toPrecision(5))),
    distinct: median(answers.map((each) => each.length)),
    least: evaluate.leastErrors(tests, answers, 10).map(median),
  };
}
