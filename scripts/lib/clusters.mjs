/**
 * @typedef {import('../../src/diffusion/index.js').GraphTarget} GraphTarget
 * @typedef {import('../../src/diffusion/index.js').ExampleKind} ExampleKind
 */

/** Numbers of neighbors in sight, drawn alike; of the nearest eight some are free. */
const SIGHT = [8, 16, 32];
const MOTIF = 8;
/** Share of clusters of the motif alone in which all neighbors are free, and most free ones in the others. */
const [WHOLE, MISSING] = [0.6, 4];
/** Smallest and largest noise level, Å, drawn alike in the logarithm. */
const [LOW, HIGH] = [0.03, 3];
/** Clusters of one example. */
const CLUSTERS = 24;

/**
 * Another way to draw examples: noisy clusters of the cells, some of the nearest neighbors of an atom noisy at one
 * level a cluster, the atom itself and the others known.
 * @param {Pick<typeof import('../../src/diffusion/examples.js'), 'displaced'>
 *   & Pick<typeof import('../../src/diffusion/cutCluster.js'), 'keptCutter'>
 *   & Pick<typeof import('../../src/diffusion/graph/join.js'), 'joinTargets'>
 *   & Pick<typeof import('../../src/core/random.js'), 'createRng'>} library
 * @returns {ExampleKind}
 */
export function clusterExamples({ createRng, displaced, joinTargets, keptCutter }) {
  /** @type {(...args: Parameters<ExampleKind['draw']>) => GraphTarget} */
  const drawOne = (config, cells, rng) => {
    const cell = cells[rng.integer(cells.length)];
    const sight = SIGHT[rng.integer(SIGHT.length)];
    const cluster = keptCutter(cell)(rng.integer(cell.species.length), sight);
    const levels = new Float32Array(sight + 1);
    const sigma = LOW * (HIGH / LOW) ** rng.uniform();
    const whole = sight === MOTIF && rng.uniform() < WHOLE;
    const ranks = Array.from({ length: MOTIF }, (_, k) => k + 1);
    rng.shuffle(ranks);
    for (const k of whole ? ranks : ranks.slice(0, 1 + rng.integer(MISSING))) levels[k] = sigma;
    return displaced(config, cluster, levels, rng);
  };
  return {
    draw: (config, cells, rng) => joinTargets(Array.from({ length: CLUSTERS }, () => drawOne(config, cells, rng))),
    // Whole motifs: the center alone is known.
    atLevel: (config, [cell], sigma, seed) => {
      const noise = new Float32Array(MOTIF + 1).fill(sigma, 1);
      const motifs = Array.from({ length: 64 }, (_, k) =>
        displaced(config, keptCutter(cell)(8 * k, MOTIF), noise, createRng(1000 * seed + k)),
      );
      return joinTargets(motifs);
    },
  };
}
