/** The sums of assembly/lanes.ts on arrays that are copied into its memory, those of the last call only if they changed. */

import { Arena, createMemory, instantiateModule, type KernelMemory, PAGE } from '../../core/wasm';
import { canSearch, nearestModule } from '../../motifs/match/nearestKernel';

/** What assembly/lanes.ts exports; addresses are byte offsets in the memory. */
interface LaneKernels {
  absoluteAreas(count: number, gaps: number, places: number, weights: number, areas: number): void;
  rowDistances(count: number, dimension: number, rows: number, point: number, squares: number): void;
  addProducts(
    size: number,
    width: number,
    count: number,
    stride: number,
    matrix: number,
    left: number,
    right: number,
  ): void;
}

type Numbers = Float64Array | Int32Array;

/** Arrays in the memory, and where they begin. */
interface Placed {
  owner: object;
  arrays: Numbers[];
  addresses: number[];
}

/** The kernels, and the arrays they worked on last. */
export class LaneKernel {
  readonly #memory: KernelMemory = createMemory(PAGE, false);
  readonly #kernels: LaneKernels = instantiateModule(nearestModule(false), this.#memory) as LaneKernels;
  #placed: Placed | undefined;

  /** Areas of four resamples under the absolute sums of weights, after each value as wide as its gap. */
  absoluteAreas(owner: object, gaps: Float64Array, places: Int32Array, weights: Float64Array): number[] {
    const { arrays, addresses } = this.#place(owner, [gaps, places], [weights.length, 4]);
    arrays[2].set(weights);
    this.#kernels.absoluteAreas(gaps.length, addresses[0], addresses[1], addresses[2], addresses[3]);
    return Array.from(arrays[3]);
  }

  /** Writes the squared distance of each row from a point; rows lie four by four in `rows`. */
  rowDistances(owner: object, rows: Float64Array, point: Float64Array, squares: Float64Array): void {
    const { arrays, addresses } = this.#place(owner, [rows], [point.length, squares.length]);
    arrays[1].set(point);
    this.#kernels.rowDistances(squares.length, point.length, addresses[0], addresses[1], addresses[2]);
    squares.set(arrays[2]);
  }

  /** Adds left (size × stride, the first `count` of each row) times right (count × width) to a matrix, size × width. */
  addProducts(size: number, count: number, matrix: Float64Array, left: Float64Array, right: Float64Array): void {
    const lengths = [matrix.length, left.length, right.length];
    const { arrays, addresses } = this.#place(this, [], lengths);
    [matrix, left, right].forEach((values, k) => {
      arrays[k].set(values);
    });
    const [width, stride] = [matrix.length / size, left.length / size];
    this.#kernels.addProducts(size, width, count, stride, addresses[0], addresses[1], addresses[2]);
    matrix.set(arrays[0]);
  }

  /** Copies `fixed` into the memory, unless they are the owner's and there, and makes room behind for more numbers. */
  #place(owner: object, fixed: Numbers[], room: number[]): Placed {
    const lengths = [...fixed.map(({ length }) => length), ...room];
    const known = this.#placed;
    if (known?.owner === owner && known.arrays.every(({ length }, k) => length === lengths[k])) return known;
    const arena = new Arena();
    const addresses = lengths.map((length) => arena.take(8 * length));
    const missing = arena.size - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    const { buffer } = this.#memory;
    const arrays = lengths.map((length, k) =>
      fixed[k] instanceof Int32Array
        ? new Int32Array(buffer, addresses[k], length)
        : new Float64Array(buffer, addresses[k], length),
    );
    fixed.forEach((values, k) => {
      arrays[k].set(values);
    });
    this.#placed = { owner, arrays, addresses };
    return this.#placed;
  }
}

let kernel: LaneKernel | undefined;

/** The kernels; undefined where they cannot run. */
export function laneKernel(): LaneKernel | undefined {
  if (!kernel && canSearch()) kernel = new LaneKernel();
  return kernel;
}
