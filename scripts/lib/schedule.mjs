import { joined } from './notebooks.mjs';

/**
 * True for a notebook that saves models, which those after it load: its code names the folder they are kept in.
 * @param {import('./notebooks.mjs').Notebook} notebook
 */
export function savesModels(notebook) {
  return notebook.cells.some(
    ({ cell_type: type, source }) => type === 'code' && /\bmodelFolder\b/.test(joined(source)),
  );
}

/** A notebook to execute. @typedef {{ name: string, saves: boolean, seconds?: number }} Planned seconds: those it last took */

/**
 * Notebooks in groups to be executed one group after the other, any order within one: whoever saves models is alone,
 * after those before it and before those after it. The longest of a group is first, so that it is not what all wait for
 * in the end; one that nobody has timed counts as longer, a later one before an earlier one, which mostly does less.
 * @param {Planned[]} notebooks in order @returns {string[][]} names
 */
export function groupsOf(notebooks) {
  /** @type {Planned[][]} */
  const groups = [];
  notebooks.forEach((notebook, k) => {
    if (k === 0 || notebook.saves || notebooks[k - 1].saves) groups.push([]);
    groups[groups.length - 1].push(notebook);
  });
  const length = ({ seconds = Number.POSITIVE_INFINITY }) => seconds;
  return groups.map((group) =>
    group
      .reverse()
      .sort((a, b) => (length(a) === length(b) ? 0 : length(b) - length(a)))
      .map(({ name }) => name),
  );
}

/**
 * Performs the groups one after the other, within each at most `most` items at a time, begun in order.
 * @template T @param {T[][]} groups @param {number} most @param {(item: T) => Promise<void>} perform
 * @returns {Promise<void>} rejected with the first error; what was going on is waited for, what was not is not begun
 */
export async function performGroups(groups, most, perform) {
  for (const group of groups) {
    const waiting = [...group];
    /** @type {unknown[]} */
    const errors = [];
    const work = async () => {
      for (let item = waiting.shift(); item !== undefined && !errors.length; item = waiting.shift()) {
        await perform(item).catch((error) => errors.push(error));
      }
    };
    await Promise.all(Array.from({ length: most }, work));
    if (errors.length) throw errors[0];
  }
}
