// One program; each part is the example of the names above it, and `npm test` compares what it prints with its arrows.
import * as fs from 'node:fs';
import * as glass from 'glassy-motifs';

//# readCells splitCells
const cells = glass.readCells(); // those of the package; your own: readCells('cells/*.extxyz')
const { train, validation, test } = glass.splitCells(cells);
console.log(train.length, validation.length, test.length); // → 20 4 8

//# formatExtxyz parseStructures
const text = glass.formatExtxyz(test);
console.log(glass.parseStructures(text)[0].species.length); // → 512

//# writeExtxyz readStructures
glass.writeExtxyz('copy.extxyz', test);
console.log(glass.readStructures('copy.extxyz').length); // → 8

//# neighborList
const { offsets, distances } = glass.neighborList(test[0], 2.85);
console.log(offsets[1] - offsets[0], distances[0].toFixed(2)); // → 4 2.35

//# extractEnvironments
const motifs = glass.extractEnvironments(test, { cutoff: 4, count: 8 });
console.log(motifs.length, motifs.positions.length); // → 4086 98064

//# formatMotifs parseMotifs
const parquet = await glass.formatMotifs(motifs, { format: 'parquet' });
console.log((await glass.parseMotifs(parquet)).length); // → 4086

//# readMotifs
fs.writeFileSync('motifs.json', await glass.formatMotifs(motifs, { format: 'json' }));
console.log((await glass.readMotifs('motifs.json')).positions[0] === motifs.positions[0]); // → true

//# selectEnvironments
console.log(glass.selectEnvironments(motifs, [3, 5]).atoms.join()); // → 3,5

//# environmentPositions
const x = glass.environmentPositions(motifs, 0); // 8 × 3, nearest first
console.log(Math.hypot(x[0], x[1], x[2]).toFixed(2)); // → 2.35

//# gramVector gramMatrix gramIndex
const g = glass.gramVector([2, 0, 0, 0, 3, 0], 2);
console.log(g.join()); // → 4,0,9
console.log(glass.gramMatrix(g, 2).join()); // → 4,0,0,9
console.log(g[glass.gramIndex(1, 1, 2)]); // → 9

//# gramVectors gramSize gramEntries
const grams = glass.gramVectors(motifs);
console.log(grams.length / motifs.length, glass.gramSize(8)); // → 36 36
const { diagonal, offDiagonal } = glass.gramEntries(grams, 8);
console.log(diagonal.length / motifs.length, offDiagonal.length / motifs.length); // → 8 28

//# GramNormalizer
const normalizer = glass.GramNormalizer.fit(grams, 8);
const normalized = normalizer.normalize(grams);
const mean = glass.gramEntries(normalized, 8).diagonal.reduce((sum, value) => sum + value, 0) / diagonal.length;
console.log(Math.abs(mean) < 1e-9); // → true

//# randomRotation applyRotation
const turned = glass.applyRotation(glass.randomRotation(1), x);
const same = glass.gramVector(turned, 8).every((value, k) => Math.abs(value - grams[k]) < 1e-9);
console.log(same); // → true

//# permutationSampler permutePositions
const order = glass.permutationSampler('shells', 8, 1)();
const relabelled = glass.permutePositions(x, order);
console.log(relabelled[0] === x[3 * order[0]]); // → true

//# permuteEnvironments
const copies = glass.permuteEnvironments(motifs, 'all', 1);
console.log(copies.length === motifs.length); // → true

//# coordinatesFromGram coordinatesFromGrams
const { positions, residual } = glass.coordinatesFromGram(grams.subarray(0, 36), 8);
console.log(positions.length, residual < 1e-9); // → 24 true
console.log(glass.coordinatesFromGrams(grams, 8).positions.length === motifs.positions.length); // → true

//# densityGrid peaks
const grid = glass.densityGrid(grams.subarray(0, 36), 8, { width: 0.4, spacing: 0.2 });
console.log(glass.peaks(grid).count); // → 8

//# synchronize
const fit = glass.synchronize(x, glass.permutePositions(turned, order), { permute: true });
console.log(fit.rmsd < 1e-6); // → true

//# match
const swapped = glass.permutePositions(x, [1, 0, 2, 3, 4, 5, 6, 7]);
const matched = glass.match(x, swapped, { reflections: true });
console.log(matched.rmsd < 1e-9, matched.optimal); // → true true

//# nearestMotifs
const library = glass.extractEnvironments(validation);
const nearest = glass.nearestMotifs(x, library.positions, 8);
const found = glass.environmentPositions(library, nearest.indices[0]);
console.log(Math.abs(glass.match(x, found, { reflections: true }).rmsd - nearest.distances[0]) < 1e-9); // → true

//# Vae modelFile
const vae = glass.Vae.load(glass.modelFile('vae-none'));
console.log(vae.config.latent, vae.encode(grams).mean.length / motifs.length); // → 8 8

//# trainVae
const small = glass.Vae.create({ atoms: 8, hidden: [28, 18], latent: 8, seed: 1 });
for await (const { epoch } of glass.trainVae(small, { train: motifs }, { epochs: 2, seed: 1 })) console.log(epoch);
// → 1
// → 2

//# reconstructionError
console.log(glass.reconstructionError(vae, motifs).normalizedMse.toFixed(2)); // → 0.19

//# latentStatistics
const statistics = glass.latentStatistics(vae, grams);
console.log(statistics.active, statistics.kl.length); // → 8 8

//# sampleMotifs
const made = glass.sampleMotifs(vae, 100, { seed: 1 });
console.log(made.positions.length); // → 2400

//# decodeMotifs
console.log(glass.decodeMotifs(vae, vae.encode(grams).mean).positions.length === motifs.positions.length); // → true

//# interpolateMotifs
const path = glass.interpolateMotifs(vae, x, glass.environmentPositions(motifs, 1), 5, { path: 'spherical' });
console.log(path.positions.length / 24); // → 5

//# infill infillMany
const problem = { positions: x.subarray(0, 21), known: [0, 1, 2, 3, 4, 5, 6] }; // the last of eight is missing
const [best] = glass.infill(vae, problem, { restarts: 8, seed: 1 });
console.log(best.positions.length); // → 24
console.log(glass.infillMany(vae, [problem, problem], { restarts: 8, seed: 1 }).length); // → 2

//# createRng
const rng = glass.createRng(1); // wherever a seed goes, a generator may
console.log(rng.uniform().toFixed(3), rng.integer(6)); // → 0.784 2

//# InputError
try {
  glass.extractEnvironments(test, { cutoff: -1 });
} catch (error) {
  if (!(error instanceof glass.InputError)) throw error;
  console.log(error.place, error.found); // → option cutoff -1
}

//# trainPrior
const quick = { hidden: [8, 8], epochs: 1, stepsPerEpoch: 5, seed: 1 };
for await (const { epoch } of glass.trainPrior(vae, { train: motifs }, quick)) console.log(epoch); // → 1
console.log(glass.sampleMotifs(vae, 10, { prior: 'learned', seed: 1 }).length); // → 10
