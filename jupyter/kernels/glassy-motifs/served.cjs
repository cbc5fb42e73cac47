// Lets the service convert cells (TypeScript to JavaScript, types checked), for which a kernel of its own would load
// TypeScript's compiler and the types of Node and of the library.
const { ask } = require('../../../dist/notebook/service.js');
const { tslab } = require('./tslab.cjs');

const converters = tslab('converter');
const executors = tslab('executor');
const { createConverter } = converters;
const { createExecutor } = executors;

/** What a file that cells import compiles to is known to the converter that did it first: it has to be the kernel's own. */
const IMPORTS_FILES = /['"]\.{1,2}\//;

/** Declarations of the cells so far, as tslab's executor keeps them. */
let declarations = '';
/** What the service made of the cell to be executed. */
let prepared;
/** What the cell was converted to. */
let converted;

converters.createConverter = (options) => {
  if (options.isJS || options.isBrowser) return createConverter(options);
  let made;
  const own = () => {
    made ??= createConverter(options);
    return made;
  };
  return {
    convert(before, source) {
      converted = prepared && before === declarations ? prepared : own().convert(before, source);
      return converted;
    },
    inspect: (...place) => own().inspect(...place),
    complete: (...place) => own().complete(...place),
    addModule: (...module) => own().addModule(...module),
    close: () => made?.close(),
  };
};

executors.createExecutor = (...settings) => {
  const executor = createExecutor(...settings);
  const execute = async (source) => {
    const question = { folder: process.cwd(), declarations, source };
    prepared = IMPORTS_FILES.test(declarations + source) ? undefined : await ask('convert', question);
    converted = undefined;
    const done = await executor.execute(source);
    if (done && converted) declarations = converted.declOutput || '';
    return done;
  };
  return { ...executor, execute };
};
