import type { OptimizerState } from './engine';

/** Adam's constants. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
const EPSILON = 1e-8;

/** State at step 0 with the given parameters (copied) and zero moments. */
export function initialState(parameters: Float32Array): OptimizerState {
  return {
    parameters: parameters.slice(),
    firstMoment: new Float32Array(parameters.length),
    secondMoment: new Float32Array(parameters.length),
    step: 0,
  };
}

/** A copy that shares no memory with `state`. */
export function copyState(state: OptimizerState): OptimizerState {
  const { average } = state;
  return {
    parameters: state.parameters.slice(),
    firstMoment: state.firstMoment.slice(),
    secondMoment: state.secondMoment.slice(),
    ...(average && { average: average.slice() }),
    step: state.step,
  };
}

/**
 * One step of Adam in place: θ −= rate · m̂ / (√v̂ + ε), moments in single precision, arithmetic in double.
 *
 * Kingma & Ba, ICLR 2015, arXiv:1412.6980, algorithm 1.
 *
 * @param options.clipNorm the gradient is shortened to this global norm; absent for no clipping
 */
export function adamStep(
  state: OptimizerState,
  gradient: Float32Array,
  learningRate: number,
  { clipNorm }: { clipNorm?: number } = {},
): void {
  const { parameters, firstMoment, secondMoment } = state;
  state.step++;
  const scale = clipNorm === undefined ? 1 : Math.min(1, clipNorm / globalNorm(gradient));
  const rate = learningRate / (1 - BETA1 ** state.step);
  const correction = 1 / (1 - BETA2 ** state.step);
  for (let i = 0; i < parameters.length; i++) {
    const g = scale * gradient[i];
    firstMoment[i] = BETA1 * firstMoment[i] + (1 - BETA1) * g;
    secondMoment[i] = BETA2 * secondMoment[i] + (1 - BETA2) * g * g;
    parameters[i] -= (rate * firstMoment[i]) / (Math.sqrt(correction * secondMoment[i]) + EPSILON);
  }
}

/** Euclidean norm of all numbers together. */
export function globalNorm(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
