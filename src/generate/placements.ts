import { neighborCodes, type Vae } from '../model/vae';
import { gramIndex, gramSize } from '../motifs/gram';
import { type DescentSettings, type Descents, descendAll } from './descents';
import { keepDistinct, likeAsMotifs, likeWithinFrame, settlesFrame } from './distinct';
import type { CheckedProblem } from './problem';
import type { InfillSolution } from './solution';

/** A problem with its atoms in other rows. */
export interface Placement {
  problem: CheckedProblem;
  /** The row of the placed motif that is each row of the problem's; unknown atoms of an element ascend in both. */
  labels: ArrayLike<number>;
}

/** A problem, and the rows in which its atoms are to be tried. */
export interface PlacedProblem {
  problem: CheckedProblem;
  placements: readonly Placement[];
}

/** Settings of {@link solvePlaced}; see `InfillOptions`. */
export interface SolveSettings extends DescentSettings {
  distinct: number;
}

/** The distinct solutions of each problem over all its placements, best first, their rows those of the problem. */
export function solvePlaced(vae: Vae, placed: readonly PlacedProblem[], settings: SolveSettings): InfillSolution[][] {
  if (placed.length === 0) return [];
  const posed = placed.flatMap(({ placements }) => placements.map(({ problem }) => problem));
  const descents = descendAll(vae, posed, settings);
  let next = 0;
  return placed.map((each) => {
    const first = descents.first.subarray(next, next + each.placements.length);
    next += each.placements.length;
    return new Solutions(each, descents, first, settings, neighborCodes(vae)).distinct();
  });
}

/** The descents of one problem, numbered placement by placement. */
class Solutions {
  readonly #problem: CheckedProblem;
  readonly #placements: readonly Placement[];

  constructor(
    { problem, placements }: PlacedProblem,
    readonly descents: Descents,
    readonly first: Int32Array,
    readonly settings: SolveSettings,
    readonly codes: readonly number[] | undefined,
  ) {
    this.#problem = problem;
    this.#placements = placements;
  }

  /** Those of each placement first, then those of all: the better one of two like solutions stands for both. */
  distinct(): InfillSolution[] {
    const { restarts, distinct } = this.settings;
    const { codes } = this;
    const { unknown } = this.#problem;
    const alike = settlesFrame(this.#problem)
      ? likeWithinFrame(
          this.#unknownPoints(),
          unknown.length,
          distinct,
          codes && Array.from(unknown, (atom) => codes[atom]),
        )
      : likeAsMotifs(
          (solution) => this.#positions(solution, new Float64Array(this.#problem.positions)),
          unknown.length,
          distinct,
          codes,
        );
    const counts = new Int32Array(this.first.length * restarts).fill(1);
    const kept = this.#placements.flatMap((_, p) => {
      const own = Array.from({ length: restarts }, (_, r) => p * restarts + r);
      return keepDistinct(this.#bestFirst(own), alike, counts);
    });
    const solutions = this.first.length > 1 ? keepDistinct(this.#bestFirst(kept), alike, counts) : kept;
    return this.#write(solutions, counts);
  }

  #row(solution: number): number {
    const { restarts } = this.settings;
    return this.first[Math.floor(solution / restarts)] + (solution % restarts);
  }

  #placement(solution: number): Placement {
    return this.#placements[Math.floor(solution / this.settings.restarts)];
  }

  #bestFirst(solutions: number[]): number[] {
    const { objective } = this.descents;
    return solutions.sort((a, b) => objective[this.#row(a)] - objective[this.#row(b)]);
  }

  /** Positions of the infilled atoms of all solutions. */
  #unknownPoints(): Float64Array {
    const { n: count, unknown } = this.#problem;
    const points = new Float64Array(3 * unknown.length * this.first.length * this.settings.restarts);
    for (let solution = 0, to = 0; to < points.length; solution++) {
      const from = 3 * count * this.#row(solution);
      const { labels } = this.#placement(solution);
      for (const atom of unknown) {
        for (let c = 0; c < 3; c++) points[to++] = this.descents.positions[from + 3 * labels[atom] + c];
      }
    }
    return points;
  }

  #positions(solution: number, out: Float64Array): Float64Array {
    const { labels } = this.#placement(solution);
    const from = 3 * labels.length * this.#row(solution);
    for (let atom = 0; atom < labels.length; atom++) {
      for (let c = 0; c < 3; c++) out[3 * atom + c] = this.descents.positions[from + 3 * labels[atom] + c];
    }
    return out;
  }

  /** Entries between known atoms as given, the others decoded. */
  #gram(solution: number, out: Float64Array): Float64Array {
    const { n: count, known, positions: x } = this.#problem;
    const { labels } = this.#placement(solution);
    const from = gramSize(count) * this.#row(solution);
    for (let i = 0, k = 0; i < count; i++) {
      for (let j = i; j < count; j++) out[k++] = this.descents.grams[from + gramIndex(labels[i], labels[j], count)];
    }
    for (const i of known) {
      for (const j of known) {
        if (j < i) continue;
        out[gramIndex(i, j, count)] = x[3 * i] * x[3 * j] + x[3 * i + 1] * x[3 * j + 1] + x[3 * i + 2] * x[3 * j + 2];
      }
    }
    return out;
  }

  #write(solutions: readonly number[], counts: Int32Array): InfillSolution[] {
    const { n: count } = this.#problem;
    const { latents, objective, knownRmsd, residuals } = this.descents;
    const latentSize = latents.length / objective.length;
    // One piece of memory for all: a small one each takes longer than what is written into it.
    const [size, stride] = [gramSize(count), gramSize(count) + 3 * count];
    const memory = new Float64Array(stride * solutions.length);
    return solutions.map((solution, k) => {
      const row = this.#row(solution);
      return {
        latent: latents.slice(latentSize * row, latentSize * (row + 1)),
        objective: objective[row],
        gram: this.#gram(solution, memory.subarray(stride * k, stride * k + size)),
        positions: this.#positions(solution, memory.subarray(stride * k + size, stride * (k + 1))),
        knownRmsd: knownRmsd[row],
        residual: residuals[row],
        restarts: counts[solution],
      };
    });
  }
}
