import { InputError } from './errors';

/** Packages for pictures of figures, which the library does without until a call needs them. */
const PACKAGES = ['@resvg/resvg-js', 'dejavu-fonts-ttf', 'jsdom', 'plotly.js-dist', 'upng-js'];

/**
 * Returns what `load` requires of optional packages.
 *
 * @throws InputError naming the package that is not installed, and how to install them
 */
export function loadOptional<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = PACKAGES.find((name) => message.includes(`'${name}'`) || message.includes(`'${name}/`));
    if (code !== 'MODULE_NOT_FOUND' || !missing) throw error;
    throw new InputError(
      `package ${missing}`,
      'none installed',
      `the optional packages for figures: npm install ${PACKAGES.join(' ')}`,
    );
  }
}
