import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLinks } from '../../scripts/lib/links.mjs';
import { inProject } from '../../scripts/lib/project.mjs';
import { PAGES, targetOf, withSiteLinks, writeReference } from '../../scripts/lib/site.mjs';

describe('links of the site', () => {
  it.each([
    ['README.md', 'notebooks/01-environments.ipynb', 'notebooks/01-environments.html'],
    ['README.md', 'src/motifs/gram.ts', 'api/sources/src/motifs/gram.ts.html'],
    ['README.md', 'src/motifs', 'api/index.html'],
    ['README.md', 'docs/environments.png', 'docs/environments.png'],
    ['data/README.md', '../README.md', 'index.html'],
    ['environment.md', 'workflow', 'workflow/README.html'],
  ])('of %s to %s lead to %s', (file, link, target) => {
    expect(targetOf(file, link)).toBe(target);
  });

  it('are counted from their page; addresses and anchors stay, files are copied', () => {
    /** @type {string[]} */
    const copied = [];
    const html = '<a href="../README.md#a">a</a><a href="https://x.org">b</a><a href="#c">c</a><img src="../LICENSE">';
    const made = withSiteLinks(html, 'data/README.md', (file) => copied.push(file));
    expect(made).toBe(
      '<a href="../index.html#a">a</a><a href="https://x.org">b</a><a href="#c">c</a><img src="../LICENSE.txt">',
    );
    expect(copied).toEqual(['LICENSE']);
  });

  it('lead to pages, or to files and not folders, which are copied', () => {
    const wrong = Object.keys(PAGES).flatMap((file) => {
      const links = fs.readFileSync(inProject(file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g);
      const folders = Array.from(links, ([, link]) => link).filter((link) => {
        const source = path.join(path.dirname(file), link);
        return !targetOf(file, link).endsWith('.html') && !fs.statSync(inProject(source)).isFile();
      });
      return folders.map((link) => `${file}: ${link}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are of files that there are', () => {
    for (const file of Object.keys(PAGES)) expect(fs.existsSync(inProject(file)), file).toBe(true);
  });

  it('of the reference to notebooks lead to their pages; those to nowhere are found', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'));
    const [from, site] = [path.join(folder, 'api'), path.join(folder, 'site')];
    fs.mkdirSync(path.join(from, 'functions'), { recursive: true });
    const page = '<div id="tsd-toolbar-links"></div><a href="../../../notebooks/01-x.ipynb">01-x</a>';
    fs.writeFileSync(path.join(from, 'functions', 'f.html'), page);
    for (const part of ['', 'explorer', 'notebooks']) {
      fs.mkdirSync(path.join(site, part), { recursive: true });
      fs.writeFileSync(path.join(site, part, 'index.html'), '');
    }
    writeReference(from, site);
    const links = Array.from(
      fs.readFileSync(path.join(site, 'api', 'functions', 'f.html'), 'utf8').matchAll(/"(\.[^"]+)"/g),
    );
    expect(links.map(([, link]) => link).slice(0, 3)).toEqual(
      ['', 'explorer/', 'notebooks/'].map((part) => `../../${part}index.html`),
    );
    expect(brokenLinks(site)).toEqual([`${path.join('api', 'functions', 'f.html')}: ../../notebooks/01-x.html`]);
    fs.writeFileSync(path.join(site, 'notebooks', '01-x.html'), '');
    expect(brokenLinks(site)).toEqual([]);
    fs.rmSync(folder, { recursive: true });
  });
});
