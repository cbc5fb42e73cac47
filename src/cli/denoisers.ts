import { Denoiser } from '../diffusion/denoiser';
import type { GraphEngineName } from '../diffusion/graph/network';
import { modelFile } from '../model/models';

/**
 * The denoiser of a file, or of a name such as `cells` for one that comes with the package.
 *
 * @throws InputError naming the model or file
 */
export function loadDenoiser({ model, engine }: { model: string; engine?: GraphEngineName }): Denoiser {
  const isFile = /[\\/]|\.json$/i.test(model);
  return Denoiser.load(isFile ? model : modelFile(model), { engine });
}
