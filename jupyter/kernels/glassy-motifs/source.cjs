const { ts } = require('./tslab.cjs');

/** @typedef {{ text: string, inserted: [number, number][] }} Rewritten positions in the new text, and lengths */

/**
 * A cell with every shorthand property written out: tslab refers to a variable of an earlier cell as a property of its
 * exports, which it cannot in `{ name }`.
 * @param {string} code @returns {Rewritten}
 */
exports.writeOut = (code) => {
  const names = [];
  const visit = (node) => {
    if (ts.isShorthandPropertyAssignment(node)) names.push(node.name);
    ts.forEachChild(node, visit);
  };
  visit(parse(code));
  let text = '';
  let at = 0;
  const inserted = names.map((name) => {
    const added = `${name.text}: `;
    text += code.slice(at, name.getStart()) + added;
    at = name.getStart();
    return [text.length - added.length, added.length];
  });
  return { text: text + code.slice(at), inserted };
};

/** Where a position of the rewritten text was in the cell. @param {Rewritten} rewritten @param {number} position */
exports.originalPosition = ({ inserted }, position) =>
  inserted.reduce((before, [at, length]) => before - Math.min(length, Math.max(0, position - at)), position);

/**
 * Where the name of the function ends within whose call's parentheses a position lies; undefined outside of calls.
 * @param {string} code @param {number} position
 */
exports.calledAt = (code, position) => {
  let found;
  const visit = (node) => {
    if (node.pos > position || node.end < position) return;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments !== undefined) {
      const closed = code[node.end - 1] === ')';
      if (node.arguments.pos <= position && position <= node.end - (closed ? 1 : 0)) found = node.expression.end - 1;
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(code));
  return found;
};

/** True for a cell with a `for await` outside of functions, which tslab takes for no `await`. @param {string} code */
exports.loopsOverAwaited = (code) => {
  const visit = (node) =>
    !ts.isFunctionLike(node) &&
    ((ts.isForOfStatement(node) && node.awaitModifier !== undefined) || ts.forEachChild(node, visit) === true);
  return visit(parse(code));
};

function parse(code) {
  return ts.createSourceFile('cell.ts', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

/**
 * The line of the cell, from 1, that a place in the translated text comes from; undefined where none does.
 * @param {[string | undefined, string]} maps of the two translations @param {number} line from 1 @param {number} column
 */
exports.sourceLine = ([first, second], line, column) => {
  const between = lookUp(second, line - 1, column);
  const place = between && first && lookUp(first, between.line, between.column);
  // tslab puts one line before each cell.
  return place && place.line > 0 ? place.line : undefined;
};

function lookUp(map, line, column) {
  let best;
  for (const mapping of ts.decodeMappings(JSON.parse(map).mappings)) {
    if (mapping.generatedLine > line) break;
    if (mapping.generatedLine < line || mapping.sourceLine === undefined) continue;
    if (best === undefined || mapping.generatedCharacter <= column) {
      best = { line: mapping.sourceLine, column: mapping.sourceCharacter };
    }
  }
  return best;
}
