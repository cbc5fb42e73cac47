import * as fs from 'node:fs';
import * as path from 'node:path';
import { jupyterEnvironment } from './execution.mjs';
import { notebookNames } from './notebooks.mjs';
import { run } from './processes.mjs';
import { filesUnder, inProject, SetupError, writeAtomic } from './project.mjs';
import { venvPython } from './python.mjs';
import { pageHtml, SUPPLIED_CELLS, writeFigures, writeIndex } from './report.mjs';

/** What is written in Markdown, and the page that it becomes. @type {Record<string, string>} */
export const PAGES = {
  'README.md': 'index.html',
  'CHANGELOG.md': 'CHANGELOG.html',
  'CONTRIBUTING.md': 'CONTRIBUTING.html',
  'environment.md': 'environment.html',
  'data/README.md': 'data/README.html',
  'docs/judgement.md': 'docs/judgement.html',
  'workflow/README.md': 'workflow/README.html',
};

/**
 * Where a link of a Markdown file leads on the site, from its root; files that are no pages stand there by their names.
 * @param {string} file the Markdown file @param {string} link @returns {string}
 */
export function targetOf(file, link) {
  const place = path.posix.join(path.posix.dirname(file), link);
  const page = PAGES[place] ?? PAGES[path.posix.join(place, 'README.md')];
  if (page) return page;
  if (place.endsWith('.ipynb')) return place.replace(/\.ipynb$/, '.html');
  if (/^src\b/.test(place)) return place.endsWith('.ts') ? `api/sources/${place}.html` : 'api/index.html';
  return place === 'LICENSE' ? 'LICENSE.txt' : place;
}

/**
 * Links of a page, rewritten for the site.
 * @param {string} html @param {string} file the Markdown file that it was made of @param {(file: string) => void} copy
 */
export function withSiteLinks(html, file, copy) {
  return html.replace(/(href|src)="(?!https?:|#|data:|mailto:)([^"#]+)/g, (_, attribute, link) => {
    const target = targetOf(file, link);
    const source = path.posix.join(path.posix.dirname(file), link);
    if (!target.endsWith('.html')) copy(source);
    return `${attribute}="${path.posix.relative(path.posix.dirname(PAGES[file]), target)}`;
  });
}

/** Links to the parts of the site. @param {string} page */
function linksFrom(page) {
  const parts = { 'glassy-motifs': '', explorer: 'explorer/', notebooks: 'notebooks/', reference: 'api/' };
  return Object.entries(parts).map(([name, folder]) => {
    return `<a href="${path.posix.relative(path.posix.dirname(page), `${folder}index.html`)}">${name}</a>`;
  });
}

/** @param {string} page */
const navOf = (page) => `<nav>${linksFrom(page).join(' · ')}</nav>`;

/**
 * Writes the stored notebooks and the Markdown files as pages.
 * @param {string} site folder
 */
export async function writePages(site) {
  const notebooks = path.join(site, 'notebooks');
  fs.mkdirSync(path.join(notebooks, 'notebooks'), { recursive: true });
  const args = [inProject('jupyter', 'site.py'), notebooks, ...Object.keys(PAGES)];
  const options = { cwd: inProject(), env: jupyterEnvironment() };
  const { code, output } = await run(venvPython('.venv'), args, options);
  const json = output.split('\n').find((line) => line.startsWith('{"'));
  if (code !== 0 || !json) throw new SetupError(`The pages could not be made:\n${output.slice(-2000)}`);
  for (const name of notebookNames(inProject('notebooks'))) {
    const stored = inProject('notebooks', `${name}.ipynb`);
    fs.copyFileSync(stored, path.join(notebooks, 'notebooks', `${name}.ipynb`));
    writeFigures(name, stored, path.join(notebooks, 'figures'));
  }
  writeIndex(notebooks, SUPPLIED_CELLS, navOf('notebooks/index.html'));
  for (const [file, body] of Object.entries(/** @type {Record<string, string>} */ (JSON.parse(json)))) {
    const page = PAGES[file];
    const copy = (/** @type {string} */ source) => {
      const target = path.join(site, source === 'LICENSE' ? 'LICENSE.txt' : source);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.copyFileSync(inProject(source), target);
    };
    const text = `${navOf(page)}\n<main>${withSiteLinks(body, file, copy)}</main>`;
    writeAtomic(path.join(site, page), pageHtml(file === 'README.md' ? 'glassy-motifs' : file, text));
  }
}

const TOOLBAR = '<div id="tsd-toolbar-links">';

/**
 * Copies the reference, its links to notebooks made links to their pages, and links to the rest of the site beside
 * them.
 * @param {string} from @param {string} site
 */
export function writeReference(from, site) {
  for (const file of filesUnder(from)) {
    const target = path.join(site, 'api', path.relative(from, file));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (!file.endsWith('.html')) fs.copyFileSync(file, target);
    else {
      const page = path.relative(site, target).split(path.sep).join('/');
      const links = linksFrom(page).slice(0, -1).join('');
      const text = fs.readFileSync(file, 'utf8').replace(TOOLBAR, TOOLBAR + links);
      writeAtomic(target, text.replace(/"(?:\.\.\/)+(notebooks\/[^"]+)\.ipynb"/g, '"../../$1.html"'));
    }
  }
}
