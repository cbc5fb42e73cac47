const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..', '..', '..');
const folder = path.join(ROOT, 'node_modules', 'tslab');
const compiler = require.resolve('@tslab/typescript-for-tslab', { paths: [folder] });
const original = require(compiler);

// TypeScript takes in all of node_modules/@types. Those of packages that no cell imports, and the browser's types that
// they name in turn, are a quarter of the kernel's start; what a cell imports brings its types along anyway.
const { getDirectories } = original.sys;
original.sys.getDirectories = (place) =>
  /[\\/]@types$/.test(place) ? getDirectories(place).filter((name) => name === 'node') : getDirectories(place);

/** Source maps of the last translations, the newest last: TypeScript to modules, then modules to CommonJS. */
const maps = [];

// tslab takes the compiler's functions from its module, whose exports cannot be replaced one by one.
const ts = {
  ...original,
  createWatchCompilerHost(files, options, ...rest) {
    return original.createWatchCompilerHost(files, { ...options, inlineSourceMap: true, ...elsewhere() }, ...rest);
  },
  transpileModule(source, { compilerOptions, ...options }) {
    const [text, inline] = source.split(/^\/\/# sourceMappingURL=data:application\/json;base64,/m);
    const made = original.transpileModule(text, {
      ...options,
      compilerOptions: { ...compilerOptions, sourceMap: true },
    });
    const first = inline === undefined ? undefined : Buffer.from(inline, 'base64').toString('utf8');
    maps.push([first, made.sourceMapText]);
    return { ...made, outputText: made.outputText.replace(/^\/\/# sourceMappingURL=.*$/m, '') };
  },
};
require.cache[compiler].exports = ts;

/** A notebook outside the clone, and without this package beside it, takes the clone's package and types. */
function elsewhere() {
  const beside = Module._nodeModulePaths(process.cwd()).map((place) => path.join(place, 'glassy-motifs'));
  if (beside.some((place) => fs.existsSync(place))) return {};
  const dist = path.join(ROOT, 'dist');
  const paths = { 'glassy-motifs': [`${dist}/index.d.ts`], 'glassy-motifs/*': [`${dist}/*/index.d.ts`] };
  return { baseUrl: process.cwd(), paths, typeRoots: [path.join(ROOT, 'node_modules', '@types')] };
}

/** A module of tslab 1.0.22, which is pinned. @param {string} name */
exports.tslab = (name) => require(path.join(folder, 'dist', `${name}.js`));

/** Takes the source maps made since the last call. @returns {[string | undefined, string][]} */
exports.takeMaps = () => maps.splice(0);

exports.ts = ts;
exports.ROOT = ROOT;
