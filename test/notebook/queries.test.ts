import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { addQueries } from '../../src/notebook/queries';

const SVG = 'http://www.w3.org/2000/svg';

describe('addQueries', () => {
  it('finds what jsdom finds by itself, in the same order', () => {
    const { window } = new JSDOM('<!DOCTYPE html><body></body>');
    const { document, Element } = window;
    const own = Element.prototype.querySelectorAll;
    addQueries(window);

    interface Tree {
      tag: string;
      classes: string | null;
      children: (Tree | string)[];
    }
    const names = fc.constantFrom('a', 'b-c', 'ab', 'x1');
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        tag: fc.constantFrom('g', 'path', 'clipPath', 'text'),
        classes: fc.option(fc.array(names, { maxLength: 3 }).map((list) => list.join('  '))),
        children: fc.array(fc.oneof({ depthSize: 'medium' }, fc.constant('words'), tie('tree')), { maxLength: 4 }),
      }),
    }));
    const build = ({ tag, classes, children }: Tree): Element => {
      const element = document.createElementNS(SVG, tag);
      if (classes !== null) element.setAttribute('class', classes);
      for (const child of children) element.append(typeof child === 'string' ? child : build(child));
      return element;
    };
    const simple = fc
      .tuple(fc.constantFrom('', 'g', 'path', 'clipPath', 'line'), fc.array(names, { maxLength: 2 }))
      .map(([tag, classes]) => [tag, ...classes].join('.'))
      .filter((selector) => selector !== '');
    const other = fc.constantFrom('g > path', 'g text', 'path, .a', ':first-child', '*', '[class]', '#a');
    fc.assert(
      fc.property(tree, fc.oneof(simple, other), (description, selector) => {
        const root = build(description);
        document.body.replaceChildren(root);
        const expected = [...own.call(root, selector)];
        expect([...root.querySelectorAll(selector)]).toEqual(expected);
        expect(root.querySelector(selector)).toBe(expected[0] ?? null);
      }),
    );
  });
});
