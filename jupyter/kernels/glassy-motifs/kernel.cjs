const { Worker } = require('node:worker_threads');
const { setFlagsFromString } = require('node:v8');

// Most functions of TypeScript's compiler and of plotly.js run too seldom for V8's optimizer to pay: with eight times the
// usual patience a notebook takes a fifth less processor time.
setFlagsFromString('--interrupt-budget=1000000');
const { tslab } = require('./tslab.cjs');

// Jupyter gives the kernel a session of its own, so it would outlive a Jupyter that was killed. A thread notices even
// while a cell keeps the main one busy; only a signal ends all threads at once.
const watch = `
  const parent = ${process.ppid};
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);
`;
new Worker(watch, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();

const kernel = { configPath: process.argv[2], enableFindLocal: false, jsKernel: false, globalVersion: '' };
tslab('main').startKernel(kernel);
