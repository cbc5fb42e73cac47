import * as fs from 'node:fs';
import * as path from 'node:path';
import { filesUnder } from './project.mjs';

/**
 * What pages under a folder name by a relative link and is not there; sources shown as pages are left out.
 * @param {string} folder @returns {string[]}
 */
export function brokenLinks(folder) {
  const isPage = (/** @type {string} */ file) => file.endsWith('.html') && !file.split(path.sep).includes('sources');
  const broken = filesUnder(folder, isPage).flatMap((page) =>
    Array.from(
      fs.readFileSync(page, 'utf8').matchAll(/(?:href|src)="(?!https?:|#|data:)([^"#{$]+)/g),
      ([, link]) => link,
    )
      .filter((link) => !fs.existsSync(path.resolve(path.dirname(page), decodeURIComponent(link))))
      .map((link) => `${path.relative(folder, page)}: ${link}`),
  );
  return [...new Set(broken)];
}
