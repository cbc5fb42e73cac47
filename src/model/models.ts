import { InputError } from '../core/errors';
import { fs, packagePath, path, environment as surroundings } from '../core/node';

/** Folder of the trained models that come with the package. */
function supplied(): string {
  return packagePath('data', 'models');
}

/**
 * Folder where notebooks keep trained models: the environment variable GLASSY_MODELS, else the package's own; with
 * cells of one's own (GLASSY_CELLS) `report/models` of the package, so that the supplied models stay as they are.
 */
export function modelFolder(environment: Record<string, string | undefined> = surroundings): string {
  const chosen = environment.GLASSY_MODELS?.trim();
  if (chosen) return path.resolve(chosen);
  return environment.GLASSY_CELLS?.trim() ? packagePath('report', 'models') : supplied();
}

/**
 * File of the trained model `name` ('vae-none', …): from {@link modelFolder} if it is there, else one that comes with
 * the package.
 *
 * @throws InputError naming the models there are
 */
export function modelFile(name: string, environment: Record<string, string | undefined> = surroundings): string {
  const folders = [...new Set([modelFolder(environment), supplied()])];
  const files = folders.map((folder) => path.join(folder, `${name}.json`));
  const found = files.find((file) => fs.existsSync(file));
  if (found !== undefined) return found;
  const names = folders.flatMap((folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []));
  const models = names.filter((file) => file.endsWith('.json')).map((file) => path.basename(file, '.json'));
  throw new InputError('model', JSON.stringify(name), models.length > 0 ? `one of ${models.join(', ')}` : folders[0]);
}
