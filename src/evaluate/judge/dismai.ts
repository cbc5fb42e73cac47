import { requireKnownOptions } from '../../core/errors';
import { type BondOptions, bondsOf, type Structure } from '../../structures';
import { histogram } from '../statistics/histogram';
import { bondAngles, coordination, radialDistribution } from '../structure/cells';
import { toDegrees } from '../structure/geometry';
import { structureList } from '../structure/neighborhoods';
import { steinhardt, tetrahedralOrder } from '../structure/order';

/** The three measures; each 0 for equal sets. */
export interface AmorphousSiliconMetrics {
  /** Euclidean distance of the mean bond-angle distributions: fractions in 0.5° bins over 0–180°. */
  bondAngle: number;
  /** Euclidean distance of the mean g(r): 500 bins over 0–10 Å. */
  radialDistribution: number;
  /** Euclidean distance of the mean motif fingerprints. */
  motif: number;
  /** Cosine distance of the mean motif fingerprints. */
  motifCosine: number;
}

/** Largest coordination number with a block of its own in the fingerprint. */
const MOST_BONDS = 8;

/**
 * The amorphous-silicon metrics of Dismai-Bench between two sets of cells, with its bins.
 *
 * Yong, Su & Ertekin, Digital Discovery 3, 1889 (2024), doi:10.1039/D4DD00100A. Each distribution is normalized cell by
 * cell, averaged over cells, and compared by Euclidean distance. What differs: there, bonds and the 61 numbers of the
 * fingerprint come from CrystalNN, which weighs neighbors by the solid angle of their Voronoi face and gives each
 * coordination number a probability; here an atom's bonds are {@link BondOptions} (by default measured in the
 * reference), its coordination number is certain, and the fingerprint is {@link motifFingerprint}. Values are therefore
 * comparable among sets judged here, not with the published tables, except for g(r).
 */
export function amorphousSiliconMetrics(
  generated: Structure | Structure[],
  reference: Structure | Structure[],
  options: BondOptions = {},
): AmorphousSiliconMetrics {
  requireKnownOptions(options, ['bonds']);
  const bonds = bondsOf(structureList(reference), options.bonds);
  const [a, b] = [generated, reference].map((structures) => {
    const list = structureList(structures);
    return {
      angles: meanOf(list.map((cell) => angleFractions(cell, { bonds }))),
      radial: meanOf(list.map(radialValues)),
      motif: meanOf(list.map((cell) => motifFingerprint(cell, { bonds }))),
    };
  });
  return {
    bondAngle: euclidean(a.angles, b.angles),
    radialDistribution: euclidean(a.radial, b.radial),
    motif: euclidean(a.motif, b.motif),
    motifCosine: 1 - dot(a.motif, b.motif) / Math.sqrt(dot(a.motif, a.motif) * dot(b.motif, b.motif)),
  };
}

/** g(r) of a cell, 500 bins over 0–10 Å. */
export function radialValues(structure: Structure): Float64Array {
  return radialDistribution(structure, { cutoff: 10, bins: 500 }).values;
}

/**
 * Mean motif fingerprint of a cell: for each coordination number 0 … 8 (8 and more together) the part of the atoms that
 * have it, and the sums over these atoms, per atom of the cell, of the tetrahedral order q and of Steinhardt's q₂, q₄
 * and q₆ over the bonds: 45 numbers.
 */
export function motifFingerprint(structure: Structure, options: BondOptions = {}): Float64Array {
  const bonds = bondsOf(structure, options.bonds);
  const counts = coordination(structure, { bonds });
  const orders = [tetrahedralOrder(structure), ...[2, 4, 6].map((l) => steinhardt(structure, l, { bonds }))];
  const block = 1 + orders.length;
  const fingerprint = new Float64Array((MOST_BONDS + 1) * block);
  counts.forEach((count, atom) => {
    const at = Math.min(count, MOST_BONDS) * block;
    fingerprint[at] += 1 / counts.length;
    orders.forEach((values, k) => {
      fingerprint[at + 1 + k] += values[atom] / counts.length;
    });
  });
  return fingerprint;
}

/** Fractions of the bond angles of a cell in 0.5° bins over 0–180°; options as of {@link bondAngles}. */
export function angleFractions(structure: Structure, options: BondOptions & { triplet?: string }): Float64Array {
  const degrees = bondAngles(structure, options).map(toDegrees);
  const { counts } = histogram(degrees, { bins: 360, range: [0, 180] });
  return counts.map((count) => (degrees.length === 0 ? 0 : count / degrees.length));
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  return rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
}

function euclidean(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]) ** 2, 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
