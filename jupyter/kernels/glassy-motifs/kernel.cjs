const Module = require('node:module');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { ROOT } = require('./tslab.cjs');
const { Executor } = require('./executor.cjs');
const { Server } = require('./server.cjs');

// Jupyter gives the kernel a session of its own, so it would outlive a Jupyter that was killed. A thread notices even
// while a cell keeps the main one busy; only a signal ends all threads at once. Jupyter's file of the connection, which
// holds its key, goes too.
const watch = `
  const parent = ${process.ppid};
  setInterval(() => {
    if (process.ppid === parent) return;
    require('node:fs').rmSync(${JSON.stringify(process.argv[2])}, { force: true });
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;
new Worker(watch, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();

// What is run by hand never writes into data/.
process.env.GLASSY_REPORT ||= path.join(ROOT, 'report');
process.env.GLASSY_MODELS ||= path.join(process.env.GLASSY_REPORT, 'models');

// A notebook outside the clone finds its packages, after those beside the notebook.
process.env.NODE_PATH = [process.env.NODE_PATH, path.join(ROOT, 'node_modules')].filter(Boolean).join(path.delimiter);
Module._initPaths();

const executor = new Executor();
const server = new Server(executor, process.argv[2]);
process.on('SIGINT', () => server.interrupt());
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => process.stderr.write(`${executor.describe(error).traceback.join('\n')}\n`));
}
server.init();
