/**
 * The distributions of a cell that the amorphous-silicon metrics of Dismai-Bench compare, with its bins: Yong, Su &
 * Ertekin, Digital Discovery 3, 1889 (2024), doi:10.1039/D4DD00100A.
 *
 * There, bonds and the 61 numbers of the fingerprint come from CrystalNN, which weighs neighbors by the solid angle of
 * their Voronoi face and gives each coordination number a probability; here an atom's bonds are {@link BondOptions},
 * its coordination number is certain, and the fingerprint is {@link motifFingerprint}. Distances are therefore
 * comparable among sets judged here, not with the published tables, except for g(r).
 */
import { type BondOptions, bondsOf, type Structure } from '../../structures';
import { histogram } from '../statistics/histogram';
import { bondAngles, coordination, radialDistribution } from '../structure/cells';
import { toDegrees } from '../structure/geometry';
import { steinhardt, tetrahedralOrder } from '../structure/order';

/** Largest coordination number with a block of its own in the fingerprint. */
const MOST_BONDS = 8;

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
