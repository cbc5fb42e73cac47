import { Denoiser } from '../diffusion/denoiser';
import type { GraphEngineName } from '../diffusion/graph/network';
import { modelPath } from './inputs';

/** The denoiser of a {@link modelPath}. Throws InputError naming the model or file. */
export function loadDenoiser({ model, engine }: { model: string; engine?: GraphEngineName }): Denoiser {
  return Denoiser.load(modelPath(model), { engine });
}
