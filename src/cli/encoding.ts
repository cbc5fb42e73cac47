import { reconstructionError } from '../model/reconstruction';
import type { Vae } from '../model/vae';
import { gramVectors } from '../motifs/gram';
import { asEnvironments, type MotifSet } from './motifSet';

/** Adds what a model makes of each motif: `latent`, the posterior mean, and `error`, of its reconstruction. */
export function addEncoding(set: MotifSet, vae: Vae): void {
  const environments = asEnvironments(set);
  const { perEnvironment } = reconstructionError(vae, environments);
  const { mean } = vae.encode(gramVectors(environments));
  set.properties.latent = { columns: vae.config.latent, values: Float64Array.from(mean) };
  set.properties.error = { columns: 1, values: perEnvironment };
}
