import { inverse } from '../../../src/structures/lattice';

/** Atoms of a periodic cell in bins no narrower than a range, so that all within the range are in 27 bins. */
export class ReferenceBins {
  private readonly lattice: Float64Array;
  private readonly toFractional: Float64Array;
  private readonly positions: Float64Array;
  private readonly square: number;
  /** Bins along a, b and c. */
  private readonly shape: [number, number, number];
  /** First atom of each bin; atoms after and before each in its bin; −1 for none. */
  private readonly first: Int32Array;
  private readonly after: Int32Array;
  private readonly ahead: Int32Array;
  private readonly bin: Int32Array;
  /** Cells that each atom is away from the one at the origin, N × 3. */
  private readonly cells: Int32Array;

  /**
   * Bins for positions (N × 3, Å) that change place with them by `move`; none for a cell of fewer than 3 bins an axis.
   */
  static of(lattice: Float64Array, positions: Float64Array, range: number): ReferenceBins | undefined {
    const reciprocal = inverse(lattice);
    const shape = [0, 1, 2].map((k) => {
      const height = 1 / Math.hypot(reciprocal[k], reciprocal[3 + k], reciprocal[6 + k]);
      return Math.floor(height / (range * (1 + 1e-9)));
    });
    if (Math.min(...shape) < 3) return undefined;
    return new ReferenceBins(lattice, positions, range, shape as [number, number, number]);
  }

  private constructor(lattice: Float64Array, positions: Float64Array, range: number, shape: [number, number, number]) {
    const atoms = positions.length / 3;
    this.lattice = lattice;
    this.toFractional = inverse(lattice);
    this.positions = positions;
    this.square = range * range;
    this.shape = shape;
    this.first = new Int32Array(shape[0] * shape[1] * shape[2]).fill(-1);
    this.after = new Int32Array(atoms);
    this.ahead = new Int32Array(atoms);
    this.bin = new Int32Array(atoms);
    this.cells = new Int32Array(3 * atoms);
    for (let i = 0; i < atoms; i++) this.enter(i);
  }

  /** Puts an atom whose position has changed into its new bin. */
  move(i: number): void {
    const { first, after, ahead, bin } = this;
    if (ahead[i] < 0) first[bin[i]] = after[i];
    else after[ahead[i]] = after[i];
    if (after[i] >= 0) ahead[after[i]] = ahead[i];
    this.enter(i);
  }

  /** Calls `visit` for each other atom within the range of atom i, with the number of its image. */
  forEachNear(i: number, visit: (j: number, image: number) => void): void {
    const { shape, first, after } = this;
    const at = this.bin[i];
    const home = [Math.floor(at / (shape[1] * shape[2])), Math.floor(at / shape[2]) % shape[1], at % shape[2]];
    for (let a = home[0] - 1; a <= home[0] + 1; a++) {
      const cellA = Math.floor(a / shape[0]);
      for (let b = home[1] - 1; b <= home[1] + 1; b++) {
        const cellB = Math.floor(b / shape[1]);
        for (let c = home[2] - 1; c <= home[2] + 1; c++) {
          const cellC = Math.floor(c / shape[2]);
          const row = (a - cellA * shape[0]) * shape[1] + b - cellB * shape[1];
          for (let j = first[row * shape[2] + c - cellC * shape[2]]; j >= 0; j = after[j]) {
            if (j !== i) this.measure(i, j, cellA, cellB, cellC, visit);
          }
        }
      }
    }
  }

  private measure(
    i: number,
    j: number,
    cellA: number,
    cellB: number,
    cellC: number,
    visit: (j: number, image: number) => void,
  ): void {
    const { cells, lattice, positions } = this;
    const a = cells[3 * i] - cells[3 * j] + cellA;
    const b = cells[3 * i + 1] - cells[3 * j + 1] + cellB;
    const c = cells[3 * i + 2] - cells[3 * j + 2] + cellC;
    let square = 0;
    for (let k = 0; k < 3; k++) {
      const shift = a * lattice[k] + b * lattice[3 + k] + c * lattice[6 + k];
      square += (positions[3 * j + k] + shift - positions[3 * i + k]) ** 2;
    }
    if (square < this.square) visit(j, a + 1024 * (b + 1024 * c));
  }

  private enter(i: number): void {
    const { shape, toFractional, positions, first, after, ahead } = this;
    let bin = 0;
    for (let k = 0; k < 3; k++) {
      let along = 0;
      for (let c = 0; c < 3; c++) along += positions[3 * i + c] * toFractional[3 * c + k];
      const cell = Math.floor(along);
      this.cells[3 * i + k] = cell;
      bin = bin * shape[k] + Math.min(shape[k] - 1, Math.floor((along - cell) * shape[k]));
    }
    this.bin[i] = bin;
    after[i] = first[bin];
    ahead[i] = -1;
    if (first[bin] >= 0) ahead[first[bin]] = i;
    first[bin] = i;
  }
}
