import { requireKnownOptions, requirePositive, takeRows } from '../../core';
import type { Structure } from '../../structures';
import {
  atomWeights,
  Scattering,
  type ScatteringWeights,
  type StructureFactor,
  WaveBins,
  type WaveVectors,
  waveVectors,
} from '../../structures/scattering';
import { structureList } from './neighborhoods';

/** Options of {@link structureFactor} and {@link largestStructureFactor}. */
export interface StructureFactorOptions {
  /** Longest wave vector, 1/Å; default 10. */
  qMax?: number;
  /** Width of a bin, 1/Å; default 0.1. */
  width?: number;
  /** Wave vectors of a bin at most, taken at equal distances from all there are; default all. */
  most?: number;
  /** Amplitudes of the elements: scattering lengths, say; default 1 for every atom. */
  weights?: ScatteringWeights;
}

/**
 * Structure factor S(q) = ⟨|Σ_j f_j exp(i q·r_j)|²⟩ / Σ_j f_j² over the reciprocal vectors of the cell, in bins of
 * their length, averaged over structures: 1 for atoms anywhere.
 *
 * A direct sum, exact for any cell. The shortest wave vector is that of the cell, 2π/L in a cube.
 *
 * @throws InputError if there is no structure, or one is empty or not periodic throughout, or naming an option
 */
export function structureFactor(
  structures: Structure | Structure[],
  options: StructureFactorOptions = {},
): StructureFactor {
  requireKnownOptions(options, ['qMax', 'width', 'most', 'weights']);
  const { most } = options;
  if (most !== undefined) requirePositive(most, 'option most');
  const width = requirePositive(options.width ?? 0.1, 'option width');
  const parts = structureList(structures).map((structure) =>
    intensities(structure, options, (waves) => (most === undefined ? waves : thinned(waves, width, most))),
  );
  const together = (name: 'lengths' | 'values'): Float64Array =>
    Float64Array.from(parts.flatMap((part) => Array.from(part[name])));
  const bins = new WaveBins(together('lengths'), width);
  return { q: bins.q, values: bins.means(together('values')) };
}

/**
 * The largest S(q) of any reciprocal vector up to `qMax`: N for a crystal of N atoms, some 15 for a glass of 500.
 *
 * Throws as {@link structureFactor}.
 */
export function largestStructureFactor(
  structure: Structure,
  options: Omit<StructureFactorOptions, 'width' | 'most'> = {},
): number {
  requireKnownOptions(options, ['qMax', 'weights']);
  return intensities(structureList(structure)[0], options).values.reduce((most, value) => Math.max(most, value), 0);
}

function intensities(
  structure: Structure,
  { qMax = 10, weights }: StructureFactorOptions,
  part = (waves: WaveVectors): WaveVectors => waves,
): {
  lengths: Float64Array;
  values: Float64Array;
} {
  const waves = part(waveVectors(structure, qMax));
  const sums = new Scattering(structure.lattice, waves, atomWeights(structure, weights));
  return { lengths: waves.lengths, values: sums.intensities(sums.amplitudes(structure.positions)) };
}

/** At most so many wave vectors of each bin. */
function thinned({ indices, vectors, lengths }: WaveVectors, width: number, most: number): WaveVectors {
  const { of, counts } = new WaveBins(lengths, width);
  const seen = new Float64Array(counts.length);
  // Of n vectors, k is taken where k · most / n passes an integer.
  const kept = [...of.keys()].filter((w) => {
    const share = Math.min(1, most / counts[of[w]]);
    return Math.floor(++seen[of[w]] * share) > Math.floor((seen[of[w]] - 1) * share);
  });
  return {
    indices: takeRows(indices, 3, kept),
    vectors: takeRows(vectors, 3, kept),
    lengths: takeRows(lengths, 1, kept),
  };
}
