import * as fs from 'node:fs';
import * as path from 'node:path';
import { InputError } from '../core/errors';

/** Trained models that come with the package. */
const SUPPLIED: string = path.resolve(__dirname, '..', '..', 'data', 'models');

/** Folder where notebooks keep trained models: the environment variable GLASSY_MODELS, else the package's own. */
export function modelFolder(environment: Record<string, string | undefined> = process.env): string {
  const chosen = environment.GLASSY_MODELS?.trim();
  return chosen ? path.resolve(chosen) : SUPPLIED;
}

/**
 * File of the trained model `name` ('vae-none', …): from {@link modelFolder} if it is there, else one that comes with
 * the package.
 *
 * @throws InputError naming the models there are
 */
export function modelFile(name: string, environment: Record<string, string | undefined> = process.env): string {
  const folders = [...new Set([modelFolder(environment), SUPPLIED])];
  const files = folders.map((folder) => path.join(folder, `${name}.json`));
  const found = files.find((file) => fs.existsSync(file));
  if (found !== undefined) return found;
  const names = folders.flatMap((folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []));
  const models = names.filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'));
  throw new InputError('model', JSON.stringify(name), models.length > 0 ? `one of ${models.join(', ')}` : folders[0]);
}
