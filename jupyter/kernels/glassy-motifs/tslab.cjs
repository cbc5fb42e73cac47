const path = require('node:path');

const folder = path.resolve(__dirname, '..', '..', '..', 'node_modules', 'tslab');
const ts = require(require.resolve('@tslab/typescript-for-tslab', { paths: [folder] }));

// TypeScript takes in all of node_modules/@types. Those of packages that no cell imports, and the browser's types that
// they name in turn, are a quarter of the kernel's start; what a cell imports brings its types along anyway.
const { getDirectories } = ts.sys;
ts.sys.getDirectories = (place) =>
  /[\\/]@types$/.test(place) ? getDirectories(place).filter((name) => name === 'node') : getDirectories(place);

/** A module of tslab 1.0.22, which is pinned. @param {string} name */
exports.tslab = (name) => require(path.join(folder, 'dist', `${name}.js`));

exports.ts = ts;
