import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, figuresOf, notebookNames, readNotebook } from './notebooks.mjs';
import { inProject, writeAtomic } from './project.mjs';

/** @param {string} text */
export function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => names[/** @type {keyof typeof names} */ (mark)]);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
.notebooks { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1.2rem; }
.notebooks a { display: block; height: 100%; box-sizing: border-box; border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; color: inherit; text-decoration: none; }
.notebooks a:hover, .notebooks a:focus { outline: 2px solid #3b82f6; }
.notebooks img, .blank { display: block; width: 100%; height: 12rem; object-fit: contain; background: #fff; }
.notebooks h2 { font-size: 1.05rem; margin: .7rem .9rem .2rem; }
.notebooks p { margin: 0 .9rem .9rem; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; color: GrayText; }
`;

/**
 * The report's front page.
 * @param {{ name: string, title: string, line: string, thumbnail: string | null }[]} notebooks
 * @param {string[]} files other files of the report, relative to it @param {string} cells what it was run on
 */
export function indexHtml(notebooks, files, cells) {
  const card = (/** @type {typeof notebooks[number]} */ { name, title, line, thumbnail }) => {
    const image = thumbnail
      ? `<img src="${encodeURI(thumbnail)}" alt="A figure of ${escapeHtml(title)}" loading="lazy">`
      : '<div class="blank"></div>';
    return `<li><a href="${encodeURI(name)}.html">${image}<h2>${escapeHtml(title)}</h2><p>${escapeHtml(line)}</p></a></li>`;
  };
  const links = files.map((file) => `<li><a href="${encodeURI(file)}">${escapeHtml(file)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>glassy-motifs: report</title>
<style>${STYLE}</style>
</head>
<body>
<h1>glassy-motifs</h1>
<p>Symmetry-aware generative models for the local motifs of glasses. Cells: ${escapeHtml(cells)}.</p>
<ul class="notebooks">
${notebooks.map(card).join('\n')}
</ul>
${links.length ? `<h2>Tables and data</h2>\n<ul>\n${links.join('\n')}\n</ul>` : ''}
<footer><p>Made by <code>npm run reproduce</code>. The executed notebooks are in <a href="notebooks/">notebooks/</a>, every figure in <a href="figures/">figures/</a>.</p></footer>
</body>
</html>
`;
}

/** Pixels of a PNG, from its header. @param {Buffer} png */
const area = (png) => png.readUInt32BE(16) * png.readUInt32BE(20);

/**
 * Writes the figures of an executed notebook as NAME-1.png, NAME-2.png, …; those of an earlier run go.
 * @param {string} name @param {string} executed @param {string} folder @returns {string[]} their files
 */
export function writeFigures(name, executed, folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (const file of fs.readdirSync(folder)) {
    if (file.startsWith(`${name}-`) && /^\d+\.png$/.test(file.slice(name.length + 1)))
      fs.rmSync(path.join(folder, file));
  }
  return figuresOf(readNotebook(executed)).map((png, index) => {
    const file = path.join(folder, `${name}-${index + 1}.png`);
    writeAtomic(file, png);
    return file;
  });
}

/** Puts MathJax beside the pages, which set their equations with it. @param {string} report folder */
function writeMathJax(report) {
  const script = inProject('node_modules', 'mathjax', 'es5', 'tex-svg.js');
  const target = path.join(report, 'mathjax', 'tex-svg.js');
  if (fs.existsSync(target) && fs.statSync(target).size === fs.statSync(script).size) return;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  writeAtomic(target, fs.readFileSync(script));
}

/**
 * Writes index.html for the executed notebooks in the report's notebooks/, listing every other page or table there.
 * @param {string} report folder @param {string} cells what it was run on
 */
export function writeIndex(report, cells) {
  writeMathJax(report);
  const names = notebookNames(path.join(report, 'notebooks'));
  const notebooks = names.map((name) => {
    const notebook = readNotebook(path.join(report, 'notebooks', `${name}.ipynb`));
    const figures = figuresOf(notebook);
    // The largest figure says most at the size of a thumbnail; the first of several.
    const best = figures.reduce((chosen, png, i) => (area(png) > area(figures[chosen]) ? i : chosen), 0);
    return { name, ...describe(notebook, name), thumbnail: figures.length ? `figures/${name}-${best + 1}.png` : null };
  });
  const own = new Set(['index.html', ...names.map((name) => `${name}.html`)]);
  const files = fs
    .readdirSync(report)
    .filter((file) => /\.(html|csv|json)$/.test(file) && !file.startsWith('.') && !own.has(file))
    .sort();
  writeAtomic(path.join(report, 'index.html'), indexHtml(notebooks, files, cells));
}
