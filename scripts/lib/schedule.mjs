import { joined } from './notebooks.mjs';

/** @typedef {import('./notebooks.mjs').Notebook} Notebook */

/** @param {Notebook} notebook @param {RegExp} pattern */
function codeNames(notebook, pattern) {
  return notebook.cells.some(({ cell_type: type, source }) => type === 'code' && pattern.test(joined(source)));
}

/** True for a notebook that saves models for later ones: its code names the folder they are kept in. @param {Notebook} notebook */
export const savesModels = (notebook) => codeNames(notebook, /\bmodelFolder\b/);

/** True for a notebook that loads models which another may have saved: autoencoders. @param {Notebook} notebook */
export const loadsModels = (notebook) => codeNames(notebook, /\b(trainedModel|Vae\.load)\b/);

/** A notebook to execute. @typedef {{ name: string, saves: boolean, loads: boolean, seconds?: number }} Planned seconds: those it last took */

/** Whether the later of two notebooks has to wait for the earlier one. @param {Planned} earlier @param {Planned} later */
const mustWait = (earlier, later) => (earlier.saves && (later.loads || later.saves)) || (earlier.loads && later.saves);

/** What a notebook never timed counts for: more than any other; two such in a row for more than one. */
const UNKNOWN_SECONDS = 1e6;

/**
 * In which order to begin notebooks, and what each waits for. First comes the one on which the longest work hangs, its
 * own and that of those that wait for it, so that it is not what all wait for in the end; of several never timed a later
 * one, since earlier ones mostly do less.
 * @param {Planned[]} notebooks in order @returns {{ name: string, after: string[] }[]}
 */
export function planOf(notebooks) {
  /** @type {number[]} */
  const work = [];
  for (let k = notebooks.length - 1; k >= 0; k--) {
    const waiting = work.slice(k + 1).filter((_, i) => mustWait(notebooks[k], notebooks[k + 1 + i]));
    work[k] = (notebooks[k].seconds ?? UNKNOWN_SECONDS) + Math.max(0, ...waiting);
  }
  return notebooks
    .map((notebook, k) => ({
      name: notebook.name,
      after: notebooks.slice(0, k).flatMap((earlier) => (mustWait(earlier, notebook) ? [earlier.name] : [])),
      work: work[k],
    }))
    .reverse()
    .sort((a, b) => b.work - a.work)
    .map(({ name, after }) => ({ name, after }));
}

/**
 * Performs what is planned, at most `most` at a time, always the first whose turn it is.
 * @param {{ name: string, after: string[] }[]} plan @param {number} most @param {(name: string) => Promise<void>} perform
 * @returns {Promise<void>} rejected with the first error; what was going on is waited for, what was not is not begun
 */
export async function performPlan(plan, most, perform) {
  const waiting = [...plan];
  /** Begun and not yet done. @type {Map<string, Promise<void>>} */
  const going = new Map();
  /** @type {unknown[]} */
  const errors = [];
  for (;;) {
    const open = (/** @type {string} */ name) => going.has(name) || waiting.some((other) => other.name === name);
    const next = waiting.findIndex(({ after }) => !after.some(open));
    if (next >= 0 && going.size < most && !errors.length) {
      const [{ name }] = waiting.splice(next, 1);
      const done = perform(name)
        .catch((error) => void errors.push(error))
        .finally(() => going.delete(name));
      going.set(name, done);
    } else if (going.size) {
      await Promise.race(going.values());
    } else break;
  }
  if (errors.length) throw errors[0];
}
