import { InputError } from './errors';

/** Packages that the library does without until a call needs them, in the groups in which they are installed. */
const PARTS: Record<'figures' | 'tensorflow', string[]> = {
  figures: ['@resvg/resvg-js', 'dejavu-fonts-ttf', 'jsdom', 'plotly.js-dist', 'upng-js'],
  tensorflow: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'],
};

/**
 * Returns what `load` requires of an optional part.
 *
 * @throws InputError naming the package that is not installed, and how to install the part
 */
export function loadOptional<T>(part: 'figures' | 'tensorflow', load: () => T): T {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = PARTS[part].find((name) => message.includes(`'${name}'`) || message.includes(`'${name}/`));
    if (code !== 'MODULE_NOT_FOUND' || !missing) throw error;
    throw new InputError(
      `package ${missing}`,
      'none installed',
      `the optional packages for ${part}: npm install ${PARTS[part].join(' ')}`,
    );
  }
}
