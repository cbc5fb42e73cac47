import { reconstructionError } from '../model/reconstruction';
import type { Vae } from '../model/vae';
import { gramVectors } from '../motifs/gram';
import type { Motifs } from '../motifs/types';

/** Adds what a model makes of each motif: `latent`, the posterior mean, and `error`, of its reconstruction. */
export function addEncoding(set: Motifs, vae: Vae): void {
  const { perEnvironment } = reconstructionError(vae, set);
  const { mean } = vae.encode(gramVectors(set));
  set.properties.latent = { columns: vae.config.latent, values: Float64Array.from(mean) };
  set.properties.error = { columns: 1, values: perEnvironment };
}
