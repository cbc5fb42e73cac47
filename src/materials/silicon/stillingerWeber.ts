import { InputError } from '../../core/errors';
import { type Potential, requireElements } from '../../structures/potential';
import { VerletList } from '../../structures/potential/verletList';
import type { Structure } from '../../structures/structure';

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

/** Columns of the scratch table of {@link CenterTerms}, one row a bond: they share cache lines and one bounds check. */
const WIDTH = 12;
const [UX, UY, UZ, LENGTH, INVERSE, DECAY, FALL, RADIAL, GX, GY, GZ] = Array.from({ length: 11 }, (_, k) => k);

/**
 * Energy of one atom, half of its pair terms and the three-body terms with it in the middle, and the gradient by its
 * bond vectors: bonds by `add`, then `energy`, then `gradient`. No allocation once warm.
 */
export class CenterTerms {
  readonly cutoff: number;
  /** Bonds added since `clear`. */
  count = 0;
  /** The tag that `add` was given with each bond. */
  tags: Int32Array = new Int32Array(64);
  private table: Float64Array = new Float64Array(64 * WIDTH);
  private readonly parameters: StillingerWeberParameters;

  constructor(parameters: StillingerWeberParameters) {
    this.parameters = { ...parameters };
    this.cutoff = parameters.a * parameters.sigma;
  }

  clear(): void {
    this.count = 0;
  }

  /** Adds the bond (x, y, z), Å, unless it is as long as the cutoff. */
  add(x: number, y: number, z: number, tag: number): void {
    const square = x * x + y * y + z * z;
    const { cutoff } = this;
    if (square >= cutoff * cutoff) return;
    const length = Math.sqrt(square);
    if (length >= cutoff) return;
    if (this.count === this.tags.length) this.grow();
    const { table } = this;
    const at = WIDTH * this.count;
    const inverse = 1 / length;
    table[at + UX] = x * inverse;
    table[at + UY] = y * inverse;
    table[at + UZ] = z * inverse;
    table[at + LENGTH] = length;
    table[at + INVERSE] = inverse;
    this.tags[this.count++] = tag;
  }

  /** The energy, eV; the gradient by bond j, eV/Å, is then `gradient(j, c)`. */
  energy(): number {
    const { table } = this;
    const { lambda, epsilon, cosine } = this.parameters;
    const end = WIDTH * this.count;
    let energy = 0;
    for (let j = 0; j < end; j += WIDTH) {
      energy += this.pair(j);
      const strength = lambda * epsilon * table[j + DECAY];
      const [x, y, z] = [table[j + UX], table[j + UY], table[j + UZ]];
      const inverse = table[j + INVERSE];
      const fall = table[j + FALL];
      let radial = table[j + RADIAL];
      let [gx, gy, gz] = [0, 0, 0];
      for (let k = 0; k < j; k += WIDTH) {
        const cos = x * table[k + UX] + y * table[k + UY] + z * table[k + UZ];
        const off = cos - cosine;
        const half = strength * table[k + DECAY] * off;
        const term = half * off;
        const byJ = 2 * half * inverse;
        const byK = 2 * half * table[k + INVERSE];
        energy += term;
        radial -= term * fall + byJ * cos;
        table[k + RADIAL] -= term * table[k + FALL] + byK * cos;
        gx += byJ * table[k + UX];
        gy += byJ * table[k + UY];
        gz += byJ * table[k + UZ];
        table[k + GX] += byK * x;
        table[k + GY] += byK * y;
        table[k + GZ] += byK * z;
      }
      table[j + RADIAL] = radial;
      table[j + GX] = gx;
      table[j + GY] = gy;
      table[j + GZ] = gz;
    }
    return energy;
  }

  /** Component c of the gradient by bond j, eV/Å. */
  gradient(j: number, c: number): number {
    const { table } = this;
    return table[WIDTH * j + GX + c] + table[WIDTH * j + RADIAL] * table[WIDTH * j + c];
  }

  /** Half the pair energy of the bond of row j; sets what its triples need. */
  private pair(j: number): number {
    const { epsilon, sigma, gamma, A, B, p, q } = this.parameters;
    const { table } = this;
    const inverse = table[j + INVERSE];
    const gap = 1 / (table[j + LENGTH] - this.cutoff);
    const ratio = sigma * inverse;
    const repulsion = B * (p === 4 ? ratio * ratio * (ratio * ratio) : ratio ** p);
    const attraction = q === 0 ? 1 : ratio ** q;
    const half = 0.5 * A * epsilon * Math.exp(sigma * gap);
    const energy = half * (repulsion - attraction);
    table[j + RADIAL] = half * (q * attraction - p * repulsion) * inverse - energy * sigma * gap * gap;
    table[j + DECAY] = Math.exp(gamma * sigma * gap);
    table[j + FALL] = gamma * sigma * gap * gap;
    return energy;
  }

  private grow(): void {
    const { table, tags } = this;
    this.table = new Float64Array(2 * table.length);
    this.table.set(table);
    this.tags = new Int32Array(2 * tags.length);
    this.tags.set(tags);
  }
}

/** A list 0.6 Å longer than the potential holds for most of a minimization. */
const SKIN = 0.6;

/**
 * The Stillinger–Weber potential of silicon; or, by other parameters, of another element that it was fitted to. The
 * energy of an atom is half of its pair terms and the three-body terms with the atom in the middle.
 *
 * Its functions throw {@link InputError} naming an atom of another element, atoms at one place, or a structure without
 * atoms.
 */
export function siliconStillingerWeber(
  parameters: StillingerWeberParameters = STILLINGER_WEBER_SILICON,
  elements: readonly string[] = ['Si'],
): Potential {
  const name = 'Stillinger-Weber';
  const forcesOf = (structure: Structure, skin: number): StillingerWeberForces => {
    requireElements(structure, { name, elements });
    return new StillingerWeberForces(structure, parameters, skin);
  };
  return {
    name,
    elements,
    energies(structure, atoms) {
      const all = new Float64Array(structure.species.length);
      const gradient = new Float64Array(structure.positions.length);
      forcesOf(structure, 0).evaluate(structure.positions, gradient, all, atoms);
      return atoms ? Float64Array.from(atoms, (i) => all[i]) : all;
    },
    forces(structure) {
      const gradient = new Float64Array(structure.positions.length);
      forcesOf(structure, 0).evaluate(structure.positions, gradient);
      return gradient.map((slope) => -slope);
    },
    objective(structure) {
      const forces = forcesOf(structure, SKIN);
      return (positions, gradient) => forces.evaluate(positions, gradient);
    },
  };
}

/**
 * Stillinger–Weber energies of one structure at many positions: the neighbor list is kept as long as it holds.
 *
 * Positions are N × 3, Å, moved on from those of the structure without wrapping.
 */
export class StillingerWeberForces {
  private readonly list: VerletList;
  private readonly terms: CenterTerms;

  /** @param skin Å; 0 for one evaluation, about 0.5 for a minimization */
  constructor(structure: Structure, parameters: StillingerWeberParameters, skin: number) {
    this.terms = new CenterTerms(parameters);
    this.list = new VerletList(structure, this.terms.cutoff, skin);
  }

  /**
   * Sum of the energies of atoms (of the `centers` only, if given), eV; sets `gradient` (N × 3, eV/Å) to its gradient
   * and `energies` to each center's.
   *
   * @throws InputError if two atoms are at one place, where there is no force
   */
  evaluate(
    positions: Float64Array,
    gradient: Float64Array,
    energies?: Float64Array,
    centers?: ArrayLike<number>,
  ): number {
    this.list.update(positions);
    gradient.fill(0);
    const count = centers ? centers.length : gradient.length / 3;
    let total = 0;
    for (let m = 0; m < count; m++) {
      const i = centers ? centers[m] : m;
      const energy = this.center(i, positions, gradient);
      if (energies) energies[i] = energy;
      total += energy;
    }
    if (!Number.isFinite(total)) this.refuse(positions);
    return total;
  }

  private center(i: number, positions: Float64Array, gradient: Float64Array): number {
    const { terms } = this;
    const { offsets, indices, shifts } = this.list;
    const [x, y, z] = [positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]];
    const to = offsets[i + 1];
    terms.clear();
    for (let m = offsets[i]; m < to; m++) {
      const j = 3 * indices[m];
      terms.add(
        positions[j] - x + shifts[3 * m],
        positions[j + 1] - y + shifts[3 * m + 1],
        positions[j + 2] - z + shifts[3 * m + 2],
        j,
      );
    }
    const energy = terms.energy();
    let [sx, sy, sz] = [0, 0, 0];
    for (let b = 0; b < terms.count; b++) {
      const j = terms.tags[b];
      const [gx, gy, gz] = [terms.gradient(b, 0), terms.gradient(b, 1), terms.gradient(b, 2)];
      gradient[j] += gx;
      gradient[j + 1] += gy;
      gradient[j + 2] += gz;
      sx += gx;
      sy += gy;
      sz += gz;
    }
    gradient[3 * i] -= sx;
    gradient[3 * i + 1] -= sy;
    gradient[3 * i + 2] -= sz;
    return energy;
  }

  private refuse(positions: Float64Array): never {
    const { offsets, indices, shifts } = this.list;
    for (let i = 0; i + 1 < offsets.length; i++) {
      for (let m = offsets[i]; m < offsets[i + 1]; m++) {
        const j = indices[m];
        const gap = [0, 1, 2].map((c) => positions[3 * j + c] - positions[3 * i + c] + shifts[3 * m + c]);
        const r = Math.hypot(...gap);
        if (r < 1e-6) throw new InputError(`atoms ${i} and ${j}`, `${r} Å apart`, 'atoms at different places');
      }
    }
    throw new InputError('structure', 'an energy that is NaN or infinite', 'atoms at different places');
  }
}
