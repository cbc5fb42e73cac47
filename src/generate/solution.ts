/** One completed motif. */
export interface InfillSolution {
  /** The point found, latent size. */
  latent: Float32Array;
  /** Masked difference + prior at that point, in normalized units; what solutions are ranked by. */
  objective: number;
  /** The completed Gram vector, P, Å²: entries between known atoms as given, all others decoded. */
  gram: Float64Array;
  /** n×3, Å: the decoded motif, turned so that its known atoms lie best on their given positions. */
  positions: Float64Array;
  /** Symbols of the n + 1 atoms, the central one first; `X` (unknown) where the model has none recorded. */
  species: string[];
  /** How far its known atoms are from their given positions, rms, Å. */
  knownRmsd: number;
  /** ‖G − XXᵀ‖_F of the decoded Gram matrix, Å²; see coordinatesFromGram. */
  residual: number;
  /** Descents that ended here. */
  restarts: number;
}
