const { Worker } = require('node:worker_threads');
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
