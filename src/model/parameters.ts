import { integer, list, logical } from '../core/content';
import { InputError, requireInteger, requireOneOf, requireWithin } from '../core/errors';
import { asRng, type SeedOrRng } from '../core/random';
import { type NetworkConfig, parameterCount, parameterLayout } from './engines/engine';

/** Half a gigabyte. */
const MOST_PARAMETERS = 2 ** 27;

/**
 * Initial flat parameters: Glorot-uniform weights, U(±√(6 / (inputs + outputs))), and zero biases.
 *
 * Glorot & Bengio, AISTATS 2010, eq. 16.
 */
export function initialParameters(config: NetworkConfig, seed: SeedOrRng): Float32Array {
  const rng = asRng(seed);
  const layout = parameterLayout(config);
  const last = layout[layout.length - 1];
  const parameters = new Float32Array(last.offset + last.rows * last.columns);
  for (const { name, rows, columns, offset } of layout) {
    if (name.endsWith('/bias')) continue;
    const limit = Math.sqrt(6 / (rows + columns));
    for (let i = 0; i < rows * columns; i++) parameters[offset + i] = limit * (2 * rng.uniform() - 1);
  }
  return parameters;
}

/** Returns a clean copy of `config`, or throws {@link InputError} naming the first field that is wrong. */
export function requireNetworkConfig(config: NetworkConfig, place = 'option'): NetworkConfig {
  list(integer(1))(config.hidden, `${place} hidden`);
  logical(config.variational, `${place} variational`);
  const { rows } = config;
  const sizes = rows && {
    inputs: requireInteger(rows.inputs, `${place} rows.inputs`, 1),
    outputs: requireInteger(rows.outputs, `${place} rows.outputs`, 1),
  };
  const clean: NetworkConfig = {
    atoms: rows ? 0 : requireInteger(config.atoms, `${place} atoms`, 1),
    hidden: [...config.hidden],
    latent: requireInteger(config.latent, `${place} latent`, 1),
    decoder: requireOneOf(config.decoder, rows ? ['gram'] : ['gram', 'cartesian'], `${place} decoder`),
    variational: config.variational,
    activation: requireOneOf(config.activation, ['tanh'], `${place} activation`),
    ...(sizes && { rows: sizes }),
  };
  requireWithin(parameterCount(clean), MOST_PARAMETERS, 'parameters', `${place} hidden`);
  return clean;
}

/** Returns `seed` if it is a finite number, else throws {@link InputError}. */
export function requireSeed(seed: number): number {
  if (!Number.isFinite(seed)) throw new InputError('option seed', String(seed), 'a finite number');
  return seed;
}
