import { InputError } from '../core';
import { atomCount, neighborList, type Structure } from '../structures';
import { motifCount } from './motifs';

/**
 * Parameters of the Stillinger–Weber potential.
 *
 * φ₂(r) = Aε (B (σ/r)^p − (σ/r)^q) exp(σ/(r − aσ)),
 * φ₃ = λε (cos θ − cos θ₀)² exp(γσ/(r₁ − aσ)) exp(γσ/(r₂ − aσ)), both zero from r = aσ on.
 */
export interface StillingerWeberParameters {
  /** ε, eV. */
  epsilon: number;
  /** σ, Å. */
  sigma: number;
  /** a; the cutoff is aσ. */
  a: number;
  lambda: number;
  gamma: number;
  /** cos θ₀. */
  cosine: number;
  A: number;
  B: number;
  p: number;
  q: number;
}

/**
 * Silicon: Stillinger & Weber, Phys. Rev. B 31, 5262 (1985), doi:10.1103/PhysRevB.31.5262, with ε and σ in the eV and
 * Å that simulation codes use. Diamond at a = 5.431 Å has −4.3366 eV/atom.
 */
export const STILLINGER_WEBER_SILICON: StillingerWeberParameters = {
  epsilon: 2.1683,
  sigma: 2.0951,
  a: 1.8,
  lambda: 21,
  gamma: 1.2,
  cosine: -1 / 3,
  A: 7.049556277,
  B: 0.6022245584,
  p: 4,
  q: 0,
};

/** Energy of a cell or cluster and the forces on its atoms. */
export interface EnergyAndForces {
  /** Total energy, eV. */
  energy: number;
  /** Energy of each atom, eV: half of its pair terms and the three-body terms with the atom in the middle. */
  energies: Float64Array;
  /** N × 3 forces, eV/Å. */
  forces: Float64Array;
}

/** Energy of the central atoms of motifs, and how it pulls at the neighbors. */
export interface MotifEnergies {
  /** M energies, eV: half of the pair terms and the three-body terms with the central atom in the middle. */
  energies: Float64Array;
  /** M × n × 3, eV/Å: minus the gradient of that energy by the neighbors' positions. */
  forces: Float64Array;
}

/**
 * Stillinger–Weber energy and forces of a structure, periodic or not; atoms of any element are taken as silicon unless
 * other parameters are given. Throws {@link InputError} if there is no atom.
 */
export function stillingerWeber(
  structure: Structure,
  parameters: StillingerWeberParameters = STILLINGER_WEBER_SILICON,
): EnergyAndForces {
  const atoms = atomCount(structure);
  if (atoms === 0) throw new InputError('structure', 'no atoms', 'at least one atom');
  const { offsets, indices, vectors } = neighborList(structure, parameters.a * parameters.sigma);
  const energies = new Float64Array(atoms);
  const forces = new Float64Array(3 * atoms);
  const central = centralEnergy(parameters);
  for (let i = 0; i < atoms; i++) {
    const bonds = vectors.subarray(3 * offsets[i], 3 * offsets[i + 1]);
    const gradient = new Float64Array(bonds.length);
    energies[i] = central(bonds, gradient);
    for (let p = 0; p < bonds.length; p++) {
      forces[3 * indices[offsets[i] + Math.floor(p / 3)] + (p % 3)] -= gradient[p];
      forces[3 * i + (p % 3)] += gradient[p];
    }
  }
  return { energy: energies.reduce((sum, e) => sum + e, 0), energies, forces };
}

/**
 * Stillinger–Weber energy of the central atom of each motif (M × n × 3, Å).
 *
 * Equal to the atom's energy in its cell ({@link stillingerWeber}) as long as the motif holds every neighbor closer
 * than the cutoff, 3.771 Å for silicon; farther neighbors would only raise or lower it slightly.
 */
export function motifStillingerWeber(
  positions: Float64Array,
  n: number,
  parameters: StillingerWeberParameters = STILLINGER_WEBER_SILICON,
): MotifEnergies {
  const motifs = motifCount(positions, n);
  const energies = new Float64Array(motifs);
  const forces = new Float64Array(positions.length);
  const central = centralEnergy(parameters);
  for (let m = 0; m < motifs; m++) {
    const [start, end] = [3 * n * m, 3 * n * (m + 1)];
    energies[m] = central(positions.subarray(start, end), forces.subarray(start, end));
  }
  for (let i = 0; i < forces.length; i++) forces[i] = -forces[i];
  return { energies, forces };
}

/**
 * Energy of one atom from its bond vectors; adds its gradient by them to `gradient`.
 *
 * The returned function keeps its scratch arrays: make one for a loop.
 */
function centralEnergy(parameters: StillingerWeberParameters): (bonds: Float64Array, gradient: Float64Array) => number {
  const { epsilon, sigma, a, lambda, gamma, cosine } = parameters;
  const cutoff = a * sigma;
  let lengths = new Float64Array(0);
  let decays = new Float64Array(0);
  return (bonds, gradient) => {
    const count = bonds.length / 3;
    if (lengths.length < count) {
      lengths = new Float64Array(count);
      decays = new Float64Array(count);
    }
    let energy = 0;
    for (let j = 0; j < count; j++) {
      const r = Math.hypot(bonds[3 * j], bonds[3 * j + 1], bonds[3 * j + 2]);
      lengths[j] = r;
      if (r >= cutoff) continue;
      decays[j] = Math.exp((gamma * sigma) / (r - cutoff));
      energy += addPair(parameters, bonds, gradient, j, r);
      for (let k = 0; k < j; k++) {
        if (lengths[k] >= cutoff) continue;
        const weight = lambda * epsilon * decays[j] * decays[k];
        energy += addTriple(bonds, gradient, j, k, lengths, weight, cosine, gamma * sigma, cutoff);
      }
    }
    return energy;
  };
}

/** Half the pair energy of bond j; adds its gradient. */
function addPair(
  parameters: StillingerWeberParameters,
  bonds: Float64Array,
  gradient: Float64Array,
  j: number,
  r: number,
): number {
  const { epsilon, sigma, a, A, B, p, q } = parameters;
  const repulsion = B * (sigma / r) ** p;
  const attraction = (sigma / r) ** q;
  const gap = r - a * sigma;
  const half = 0.5 * A * epsilon * Math.exp(sigma / gap);
  const energy = half * (repulsion - attraction);
  const slope = (half * (q * attraction - p * repulsion)) / r - (energy * sigma) / (gap * gap);
  for (let c = 0; c < 3; c++) gradient[3 * j + c] += (slope * bonds[3 * j + c]) / r;
  return energy;
}

/** Three-body energy of bonds j and k, of which `weight` is the part without the angle; adds its gradient. */
function addTriple(
  bonds: Float64Array,
  gradient: Float64Array,
  j: number,
  k: number,
  lengths: Float64Array,
  weight: number,
  cosine: number,
  range: number,
  cutoff: number,
): number {
  const [rj, rk] = [lengths[j], lengths[k]];
  const dot = bonds[3 * j] * bonds[3 * k] + bonds[3 * j + 1] * bonds[3 * k + 1] + bonds[3 * j + 2] * bonds[3 * k + 2];
  const cos = dot / (rj * rk);
  const off = cos - cosine;
  const energy = weight * off * off;
  const byCosine = 2 * weight * off;
  const radialJ = -(energy * range) / (rj - cutoff) ** 2 / rj;
  const radialK = -(energy * range) / (rk - cutoff) ** 2 / rk;
  for (let c = 0; c < 3; c++) {
    const [dj, dk] = [bonds[3 * j + c], bonds[3 * k + c]];
    gradient[3 * j + c] += radialJ * dj + byCosine * (dk / (rj * rk) - (cos * dj) / (rj * rj));
    gradient[3 * k + c] += radialK * dk + byCosine * (dj / (rj * rk) - (cos * dk) / (rk * rk));
  }
  return energy;
}
