#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');

// In the repository rather than made by the build: npm links only what is there when it installs.
const main = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
if (fs.existsSync(main)) require(main);
else {
  process.stderr.write("glassy-motifs: the library is not built; run 'npm run build' first\n");
  process.exitCode = 2;
}
