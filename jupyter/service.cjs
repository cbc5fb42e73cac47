// Does for the kernels of one `npm run reproduce` what each would load compilers and plotly.js for, and warm up anew:
// converts cells and draws figures. Answers depend on nothing but the question.
//
// usage: service.cjs SOCKET, in the folder of the notebooks; says "ready", ends with stdin.

const { createServer } = require('node:net');
const v8 = require('node:v8');
const { ts, tslab } = require('./kernels/glassy-motifs/tslab.cjs');
const { answer } = require('../dist/notebook/service.js');
const { renderCompactPng } = require('../dist/notebook/render.js');

// Most of the compiler's functions run too seldom for V8's optimizer to pay: with eight times the usual patience all cells
// and figures of the notebooks take a sixth less processor time.
v8.setFlagsFromString('--interrupt-budget=1000000');

// What it reads does not change while notebooks are executed, and tslab fails where a watched file changes amid a
// conversion.
ts.sys.watchFile = () => ({ close() {} });
ts.sys.watchDirectory = ts.sys.watchFile;

let converter;
const prepareConverter = () => {
  converter ??= tslab('converter').createConverter({ isJS: false, isBrowser: false });
  return converter;
};

const tasks = {
  convert({ folder, declarations, source }) {
    if (folder !== process.cwd()) throw new Error(`This converts cells in ${process.cwd()}.`);
    return prepareConverter().convert(declarations, source);
  },
  async picture(figure) {
    return Buffer.from(await renderCompactPng(figure)).toString('base64');
  },
};

createServer((socket) => answer(socket, tasks)).listen(process.argv[2], () => {
  process.stdout.write('ready\n');
  // While the first kernel starts.
  setTimeout(prepareConverter, 50);
});
process.stdin.on('end', () => process.exit(0)).resume();
