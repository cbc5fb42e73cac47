import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadLibrary } from './library.mjs';

export const title = 'synchronization against numpy; relabelling, coordinates from Gram vectors, infilling';

const PAIRS = 100_000;
const ATOMS = 8;
const ROUNDS = 7;

export async function run({ python, root }) {
  const library = loadLibrary(root);
  const environments = library.extractEnvironments(
    [9, 10].flatMap((cell) =>
      library.readStructures(path.join(root, 'data', 'a-si', `a-si-512-${String(cell).padStart(2, '0')}.extxyz`)),
    ),
  );
  againstNumpy(library, python, root);
  console.log('');
  motifSteps(library, environments);
  console.log('');
  infilling(library, environments);
}

/**
 * Best of the rounds for both, so that the machine's other load counts least; both compute rotation, points and rmsd.
 */
function againstNumpy({ synchronize, createRng }, python, root) {
  const rng = createRng(1);
  const draw = () => Float64Array.from({ length: PAIRS * ATOMS * 3 }, () => 2 * rng.normal());
  const [references, moving] = [draw(), draw()];
  const ours = [];
  let sum = 0;
  for (let k = 0; k < ROUNDS; k++) {
    const begun = performance.now();
    sum = 0;
    for (let c = 0; c < moving.length; c += 3 * ATOMS) {
      sum += synchronize(references.subarray(c, c + 3 * ATOMS), moving.subarray(c, c + 3 * ATOMS)).rmsd;
    }
    ours.push((performance.now() - begun) / 1000);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'glassy-motifs-bench-'));
  try {
    const file = path.join(folder, 'pairs.bin');
    fs.writeFileSync(file, Buffer.concat([references, moving].map((all) => Buffer.from(all.buffer))));
    const script = path.join(root, 'bench', 'reference', 'kabsch.py');
    const output = execFileSync(python, [script, file, PAIRS, ATOMS, ROUNDS].map(String), { encoding: 'utf8' });
    const [theirSum, ...theirs] = output.trim().split('\n').map(Number);
    if (!(Math.abs(sum / theirSum - 1) < 1e-12)) throw new Error(`rmsd sums differ: ${sum} and ${theirSum}`);
    const [a, b] = [ours, theirs].map((times) => Math.min(...times));
    console.log(`synchronizing ${PAIRS.toLocaleString('en')} pairs of ${ATOMS} atoms (goal: below 1 s)`);
    console.log(
      `  here ${a.toFixed(3)} s, numpy (batched SVD) ${b.toFixed(3)} s: ${(b / a).toFixed(2)} times its speed`,
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function motifSteps(library, environments) {
  const { match, coordinatesFromGram, gramVectors, densityGrid, peaks, environmentPositions } = library;
  const grams = gramVectors(environments);
  const gram = (m) => grams.subarray(36 * m, 36 * m + 36);
  const motif = (m) => environmentPositions(environments, m % environments.length);
  console.log('one motif of 8 atoms, microseconds (mean):');
  each('coordinates from its Gram vector', 1000, (k) => coordinatesFromGram(gram(k), ATOMS));
  each('density grid (0.2 Å) and peaks', 50, (k) => peaks(densityGrid(gram(k), ATOMS)));
  each('relabelling an unrelated motif', 200, (k) => match(motif(k), motif(7 * k + 3), { reflections: true }));
}

function infilling(library, environments) {
  const { Vae, GramNormalizer, gramVectors, infill, infillMany, environmentPositions } = library;
  const { nearestMotifInfills } = library;
  // Time does not depend on what the weights are.
  const vae = Vae.create({ normalizer: GramNormalizer.fit(gramVectors(environments), ATOMS) });
  const known = [0, 1, 2, 3, 4, 5];
  const problem = (m) => ({ known, positions: environmentPositions(environments, m).subarray(0, 18) });
  console.log(`infilling 2 of 8 atoms, ${vae.engine.name} engine, milliseconds (mean):`);
  const milliseconds = (label, count, work) => each(label, count, work, 1e3);
  milliseconds('one environment, 32 restarts (goal: below 1000)', 10, (k) => infill(vae, problem(k)));
  const hundred = Array.from({ length: 100 }, (_, k) => problem(k));
  milliseconds('100 environments, 32 restarts each', 2, () => infillMany(vae, hundred));
  milliseconds(`nearest of ${environments.length} motifs, the baseline`, 10, (k) =>
    nearestMotifInfills(environments, [problem(k)]),
  );
  milliseconds('the same for 100 environments at once', 2, () => nearestMotifInfills(environments, hundred));
}

function each(label, count, work, divisor = 1) {
  work(0);
  const begun = performance.now();
  for (let k = 0; k < count; k++) work(k);
  const microseconds = (1000 * (performance.now() - begun)) / count;
  console.log(`  ${label.padEnd(52)} ${(microseconds / divisor).toFixed(1).padStart(9)}`);
}
