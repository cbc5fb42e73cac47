import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, figuresOf, notebookNames, readNotebook } from './notebooks.mjs';
import { inProject, readStamp, writeAtomic } from './project.mjs';

/** @param {string} text */
export function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => names[/** @type {keyof typeof names} */ (mark)]);
}

/** A path within the report as a link. @param {string} file */
const link = (file) => file.split('/').map(encodeURIComponent).join('/');

const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
.notebooks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 1.2rem; }
.notebooks a { display: block; height: 100%; box-sizing: border-box; border: 1px solid var(--line); border-radius: 8px;
  overflow: hidden; color: inherit; text-decoration: none; }
.notebooks a:hover, .notebooks a:focus { outline: 2px solid #3b82f6; }
.notebooks img, .blank { display: block; width: 100%; height: 12rem; object-fit: contain; background: #fff; }
.notebooks h2 { font-size: 1.05rem; margin: .7rem .9rem .2rem; }
.notebooks p { margin: 0 .9rem .9rem; }
.failed a { border: 2px solid #c2410c; }
.failed .mark { background: #c2410c; color: #fff; margin: 0; padding: .2rem .9rem; }
.tables li { margin: .4rem 0; }
main { overflow-wrap: anywhere; }
main ul { list-style: disc; padding-left: 1.5rem; }
main img { max-width: 100%; background: #fff; }
main pre { overflow-x: auto; background: #8882; padding: .7rem; border-radius: 6px; overflow-wrap: normal; }
main table { display: block; overflow-x: auto; border-collapse: collapse; overflow-wrap: normal; }
main td, main th { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; color: GrayText; }
`;

/** Equations, set by the report's own copy of MathJax. */
const MATHJAX = `<script>window.MathJax = { tex: { inlineMath: [['$', '$']] }, svg: { fontCache: 'global' } };</script>
<script src="mathjax/tex-svg.js" defer></script>`;

/**
 * A chapter of the report: whether it has a page, and why it is not whole.
 * @typedef {{ name: string, title: string, line: string, thumbnail: string | null, page: boolean, failed?: string }}
 * Chapter
 */
/**
 * A table of the report: the name of its files, and what they hold.
 * @typedef {{ name: string, caption: string }} Table
 */

/** @param {Chapter} chapter */
function card({ name, title, line, thumbnail, page, failed }) {
  const image = thumbnail
    ? `<img src="${link(thumbnail)}" alt="A figure of ${escapeHtml(title)}" loading="lazy">`
    : '<div class="blank"></div>';
  const mark = failed === undefined ? '' : `<p class="mark">Failed: ${escapeHtml(failed)}</p>`;
  const text = `<h2>${escapeHtml(title)}</h2><p>${escapeHtml(line)}</p>`;
  const place = page ? ` href="${link(name)}.html"` : '';
  return `<li${mark && ' class="failed"'}><a${place}>${mark}${image}${text}</a></li>`;
}

/**
 * The report's front page.
 * @param {Chapter[]} chapters @param {Table[]} tables @param {string} cells what it was run on @param {string} [nav]
 */
export function indexHtml(chapters, tables, cells, nav = '') {
  const rows = tables.map(({ name, caption }) => {
    const files = ['csv', 'json'].map((kind) => `<a href="tables/${link(name)}.${kind}">${kind.toUpperCase()}</a>`);
    return `<li><a href="tables/${link(name)}.html">${escapeHtml(caption || name)}</a> (${files.join(', ')})</li>`;
  });
  const body = `${nav}<h1>glassy-motifs</h1>
<p>Symmetry-aware generative models for the local motifs of glasses. Cells: ${escapeHtml(cells)}.</p>
<ul class="notebooks">
${chapters.map(card).join('\n')}
</ul>
${rows.length ? `<h2>Tables</h2>\n<ul class="tables">\n${rows.join('\n')}\n</ul>` : ''}
<footer><p>Made by <code>npm run reproduce</code>. The executed notebooks are in <a href="notebooks/">notebooks/</a>, every figure in <a href="figures/">figures/</a>.</p></footer>`;
  return pageHtml('glassy-motifs: report', body, MATHJAX);
}

/** A page in the report's style. @param {string} title @param {string} body @param {string} [head] */
export function pageHtml(title, body, head = '') {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
${head}
</head>
<body>
${body}
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
    if (file.startsWith(`${name}-`) && /^\d+\.png$/.test(file.slice(name.length + 1))) {
      fs.rmSync(path.join(folder, file));
    }
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

/** Where it is noted what became of a notebook. @param {string} name @param {string} report */
export function stampOf(name, report) {
  return path.join(report, '.stamps', `${name}.json`);
}

/**
 * A chapter from the executed notebook, or from the project's own where there is none.
 * @param {string} name @param {string} report @returns {Chapter}
 */
function chapter(name, report) {
  const executed = path.join(report, 'notebooks', `${name}.ipynb`);
  const notebook = readNotebook(fs.existsSync(executed) ? executed : inProject('notebooks', `${name}.ipynb`));
  const figures = figuresOf(notebook);
  // The largest figure says most at the size of a thumbnail; the first of several.
  const best = figures.reduce((chosen, png, i) => (area(png) > area(figures[chosen]) ? i : chosen), 0);
  const thumbnail = `figures/${name}-${best + 1}.png`;
  return {
    name,
    ...describe(notebook, name),
    thumbnail: fs.existsSync(path.join(report, thumbnail)) ? thumbnail : null,
    page: fs.existsSync(path.join(report, `${name}.html`)),
    failed: readStamp(stampOf(name, report))?.failed,
  };
}

/** @param {string} folder @returns {Table[]} */
function tablesIn(folder) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => /^[^.].*\.json$/.test(file)) : [];
  return names.sort().map((file) => {
    return { name: path.basename(file, '.json'), caption: String(readStamp(path.join(folder, file))?.caption ?? '') };
  });
}

/** The supplied cells, in words. */
export const SUPPLIED_CELLS = 'the 32 of data/a-si';

/**
 * Writes index.html for the notebooks that were executed, or failed, and for the tables that they wrote.
 * @param {string} report folder @param {string} cells what it was run on @param {string} [nav] above it
 */
export function writeIndex(report, cells, nav = '') {
  writeMathJax(report);
  const stamps = path.join(report, '.stamps');
  const failed = (fs.existsSync(stamps) ? fs.readdirSync(stamps) : []).filter(
    (file) => readStamp(path.join(stamps, file))?.failed !== undefined,
  );
  const names = [
    ...notebookNames(path.join(report, 'notebooks')),
    ...failed.map((file) => path.basename(file, '.json')),
  ];
  const chapters = [...new Set(names)].sort().map((name) => chapter(name, report));
  const html = indexHtml(chapters, tablesIn(path.join(report, 'tables')), cells, nav);
  writeAtomic(path.join(report, 'index.html'), html);
}
