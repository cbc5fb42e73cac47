/**
 * An E(3)-equivariant graph network that returns a vector for each atom.
 *
 * Features of atom i: F channels of degree l = 0, 1 and 2: h_i[l, m, f]. Vectors r_ij from receiver i to sender j,
 * closer than the cutoff; Y the real spherical harmonics of their directions, of mean square 1, in the orders x, y, z
 * and xy, yz, 3z² − 1, xz, x² − y². c_i describes the noise level of atom i and what its cell was made under
 * (`describeNoise`).
 *
 *   start     h_i[0] = embedding[species_i] + c_i · noise, h_i[l > 0] = 0
 *   layer t   u_j[l] = h_j[l] · mix_l (in layer 0 of l = 0 only)
 *             m_i[c] = n̄^(−½) Σ_j Σ_p g_p(d_ij) ∘ Σ_ab C^p_cab Y_b(r̂_ij) u_j[a],  g_p(d) = Σ_k b_k(d) radial[k, p]
 *             x_i = h_i + m_i
 *             A[l] = x[l] · left_l, B[l] = x[l] · right_l, q_l = s((2l + 1)^(−½) Σ_m A[l, m] ∘ B[l, m]), l = 1, 2
 *             o = silu([x[0], q_1, q_2] · hidden + c · hiddenNoise + hiddenBias) · gates + gateBias
 *             h[0] ← x[0] + o_0,  h[l] ← x[l] + s(o_l) ∘ A[l]
 *   end       v_i[m] = Σ_f h_i[1, m, f] output_f
 *
 * s(x) = x/√(1 + x²/64) keeps products and gates below 8, or features could grow by powers from layer to layer.
 * b_k(d) = √2 sin(kπd/r_c) e(d/r_c), k = 1 … radial, e(u) = 1 − 28u⁶ + 48u⁷ − 21u⁸ (Gasteiger, Groß & Günnemann, ICLR
 * 2020, arXiv:2003.03123): zero where two atoms coincide, so that v is continuous there, and smooth at the cutoff.
 * C^p_cab = κ_p ⟨Y_a Y_b Y_c⟩, mean over the sphere, κ_p > 0 such that Σ C² = 2 l_c + 1: all couplings of even parity.
 *
 * Channels with gated updates and products of degree l with itself after PaiNN (Schütt, Unke & Gastegger, ICML 2021,
 * arXiv:2102.03150); couplings of features and harmonics along edges after NequIP (Batzner et al., Nat. Commun. 13,
 * 2453 (2022), doi:10.1038/s41467-022-29939-5); as a denoiser of amorphous cells after DM2 (Yang & Schwalbe-Koda, npj
 * Comput. Mater. (2026), doi:10.1038/s41524-025-01901-1, arXiv:2507.05024).
 */
import { InputError } from '../../core/errors';
import { takeRows } from '../../core/rows';
import { atomCount, type Structure } from '../../structures';
import { neighborList } from '../../structures/neighborList';
import { describeConditions } from './conditions';
import type { GraphConfig } from './config';

/** Atoms, and the directed edges between those closer than the cutoff; edges of one receiver follow each other. */
export interface AtomGraph {
  /** The edges to atom i are offsets[i] … offsets[i + 1]; N + 1. */
  offsets: Int32Array;
  /** Atom at the other end, E. */
  senders: Int32Array;
  /** From receiver to sender, 3 E, Å. */
  vectors: Float32Array;
  /** Index of each atom's element in the configuration, N. */
  species: Int32Array;
  /** Noise level of each atom, Å; 0 for an atom that is known. */
  noise: Float32Array;
  /** What describes the conditions of each atom, N × `conditionWidth`; absent where there are none. */
  conditions?: Float32Array;
}

/** What a graph's vectors should be, for a loss. */
export interface GraphTarget {
  graph: AtomGraph;
  /** N × 3. */
  vectors: Float32Array;
  /** Weight of each atom's squared error, N; that of known atoms, for which `predict` returns nothing, should be 0. */
  weights: Float32Array;
}

/** An implementation of the network. */
export interface GraphEngine {
  readonly name: string;
  /** One line for the user: which engine, on what, and why. */
  readonly description: string;
  /**
   * v of each graph, N × 3; 0 for known atoms. An engine may compute only what the vectors of noisy atoms depend on.
   *
   * @param known a graph of known atoms, which are the first of every graph; the edges among them come before those of
   *   the graphs, which do not repeat them. As long as it is the same object and parameters stay as they are, an engine
   *   may keep what it computes of it from call to call.
   */
  predict(parameters: Float32Array, graphs: readonly AtomGraph[], known?: AtomGraph): Float32Array[];
  /** Σ over graphs and atoms of weight · |v − target|², and its gradient by the parameters. */
  lossAndGradient(parameters: Float32Array, batch: readonly GraphTarget[]): { loss: number; gradient: Float32Array };
  /** Ends threads and frees memory. */
  dispose(): void;
}

/**
 * The graph of a structure. Throws {@link InputError} naming the atom whose element the configuration lacks.
 *
 * @param noise Å, N numbers or one for all
 * @param conditions as `describeConditions` returns them; open without
 */
export function atomGraph(
  config: GraphConfig,
  structure: Structure,
  noise: Float32Array | number,
  conditions?: Float32Array,
): AtomGraph {
  const count = atomCount(structure);
  const { offsets, indices, vectors } = neighborList(structure, config.cutoff);
  const levels = typeof noise === 'number' ? new Float32Array(count).fill(noise) : noise;
  if (levels.length !== count) throw new InputError('noise', `${levels.length} numbers`, `${count}, one an atom`);
  return {
    offsets,
    senders: indices,
    vectors: new Float32Array(vectors),
    species: speciesIndices(config, structure.species),
    noise: levels,
    ...conditionsOf(config, count, conditions),
  };
}

/** The same conditions of so many atoms, where the network has any. */
export function conditionsOf(
  config: GraphConfig,
  count: number,
  row: Float32Array = describeConditions(config),
): Pick<AtomGraph, 'conditions'> {
  if (row.length === 0) return {};
  return { conditions: Float32Array.from({ length: count * row.length }, (_, k) => row[k % row.length]) };
}

/** Index of each symbol in the configuration; they are of the atoms from `first` on. */
export function speciesIndices(config: GraphConfig, symbols: readonly string[], first: number = 0): Int32Array {
  const indices = new Int32Array(symbols.length);
  symbols.forEach((symbol, i) => {
    indices[i] = config.species.indexOf(symbol);
    if (indices[i] < 0) throw new InputError(`atom ${first + i}`, symbol, `one of ${config.species.join(', ')}`);
  });
  return indices;
}

/** The conditions of these atoms, where there are any. */
export function conditionsAt(
  { conditions, species }: Pick<AtomGraph, 'conditions' | 'species'>,
  atoms: Int32Array,
): Pick<AtomGraph, 'conditions'> {
  return conditions ? { conditions: takeRows(conditions, conditions.length / species.length, atoms) } : {};
}
