import { joined } from './notebooks.mjs';

/** @typedef {import('./notebooks.mjs').Notebook} Notebook */

/** @param {Notebook} notebook @param {RegExp} pattern */
function codeNames(notebook, pattern) {
  return notebook.cells.some(({ cell_type: type, source }) => type === 'code' && pattern.test(joined(source)));
}

/**
 * True for a notebook that saves models for later ones: its code names the folder they are kept in.
 * @param {Notebook} notebook
 */
export const savesModels = (notebook) => codeNames(notebook, /\bmodelFolder\b/);

/** True for a notebook that loads models which another may have saved: autoencoders. @param {Notebook} notebook */
export const loadsModels = (notebook) => codeNames(notebook, /\b(trainedModel|Vae\.load)\b/);

/** A notebook to execute. @typedef {{ name: string, saves: boolean, loads: boolean }} Planned */

/**
 * Whether the later of two notebooks has to wait for the earlier one.
 * @param {Planned} earlier
 * @param {Planned} later
 */
const mustWait = (earlier, later) => (earlier.saves && (later.loads || later.saves)) || (earlier.loads && later.saves);

/**
 * Performs notebooks in their order, at most `most` at a time; one that has to wait for an earlier one lets those after
 * it begin.
 * @param {Planned[]} notebooks @param {number} most @param {(name: string) => Promise<void>} perform
 * @returns {Promise<void>} rejected with the first error; what was going on is waited for, what was not is not begun
 */
export async function performInOrder(notebooks, most, perform) {
  const waiting = [...notebooks];
  /** Begun and not yet done. @type {Map<Planned, Promise<void>>} */
  const going = new Map();
  /** @type {unknown[]} */
  const errors = [];
  for (;;) {
    const next = waiting.findIndex(
      (notebook, k) => ![...going.keys(), ...waiting.slice(0, k)].some((earlier) => mustWait(earlier, notebook)),
    );
    if (next >= 0 && going.size < most && !errors.length) {
      const [notebook] = waiting.splice(next, 1);
      const done = perform(notebook.name)
        .catch((error) => void errors.push(error))
        .finally(() => going.delete(notebook));
      going.set(notebook, done);
    } else if (going.size) {
      await Promise.race(going.values());
    } else break;
  }
  if (errors.length) throw errors[0];
}
