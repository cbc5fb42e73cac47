import * as fs from 'node:fs';

/**
 * The rows of a file of results, one a line, none if there is no file; those added are written at once. `has` tells
 * whether a row has all of these values.
 */
export function resultsIn(file) {
  const rows = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
  const add = (row) => {
    rows.push(row);
    fs.writeFileSync(file, `[\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
  };
  const has = (key) => rows.some((row) => Object.entries(key).every(([name, value]) => row[name] === value));
  return { rows, add, has };
}

/** What a function returns, and the processor time that it took, seconds. */
export async function timed(make) {
  const begun = process.cpuUsage();
  const made = await make();
  const { user, system } = process.cpuUsage(begun);
  return { made, seconds: (user + system) / 1e6 };
}
