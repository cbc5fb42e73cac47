const { Worker } = require('node:worker_threads');
const { setFlagsFromString } = require('node:v8');
const { tslab } = require('./tslab.cjs');

// Jupyter gives the kernel a session of its own, so it would outlive a Jupyter that was killed. A thread notices even
// while a cell keeps the main one busy; only a signal ends all threads at once.
const watch = `
  const parent = ${process.ppid};
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);
`;
new Worker(watch, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();

// Most functions of TypeScript's compiler run too seldom for V8's optimizer to pay: with eight times the usual patience,
// from here on while cells are compiled and not while they run, a notebook takes a tenth less processor time.
const patience = (bytes) => setFlagsFromString(`--interrupt-budget=${bytes}`);
const converters = tslab('converter');
const { createConverter } = converters;
converters.createConverter = (options) => {
  patience(1_000_000);
  const made = createConverter(options);
  const convert = (...cell) => {
    patience(1_000_000);
    try {
      return made.convert(...cell);
    } finally {
      patience(67_584);
    }
  };
  return { ...made, convert };
};

const kernel = { configPath: process.argv[2], enableFindLocal: false, jsKernel: false, globalVersion: '' };
tslab('main').startKernel(kernel);
