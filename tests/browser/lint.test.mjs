// Finds calls that look like tests and test nothing.

import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import ts from 'typescript';

/** What is wrong with the calls in a test's source: a line for each. */
function problemsOf(source, name) {
  const problems = [];
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const report = (node, problem) => {
    const {line} = file.getLineAndCharacterOfPosition(node.getStart());
    problems.push(`${name}:${line + 1}: ${problem}`);
  };
  const isAsync = (node) => node.modifiers?.some(({kind}) => kind === ts.SyntaxKind.AsyncKeyword);
  const check = (node) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const {expression: object, name: {text: method}} = node.expression;
      const [predicate] = node.arguments;
      if (method === 'waitForFunction') {
        if (!predicate || !ts.isArrowFunction(predicate))
          report(node, 'waitForFunction: expected an arrow function, which shows whether it is async');
        else if (isAsync(predicate))
          report(node, 'waitForFunction: it takes a promise for a yes; use until() of support.mjs');
      }
      if (method === 'waitForTimeout')
        report(node, 'waitForTimeout: how long is enough depends on the machine');
      if (object.getText() === 'assert' && (node.questionDotToken ?? node.expression.questionDotToken))
        report(node, `assert.${method}: where there is none, nothing is asserted`);
    }
    ts.forEachChild(node, check);
  };
  check(file);
  return problems;
}

test('such calls are found', () => {
  const source = `
    await page.waitForFunction(() => document.title);
    await page.waitForFunction(
        async (count) => (await caches.keys()).length === count, 1);
    await page.waitForFunction(isReady);
    assert.partialDeepStrictEqual?.(a, b);
    await page.waitForTimeout(100);`;
  assert.deepEqual(problemsOf(source, 'a.mjs').map((problem) => problem.replace(/;.*|,.*/, '')), [
    'a.mjs:3: waitForFunction: it takes a promise for a yes',
    'a.mjs:5: waitForFunction: expected an arrow function',
    'a.mjs:6: assert.partialDeepStrictEqual: where there is none',
    'a.mjs:7: waitForTimeout: how long is enough depends on the machine',
  ]);
});

test('there are none in the tests of the page', async () => {
  const folder = import.meta.dirname;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  assert.ok(names.includes('support.mjs'));
  for (const name of names)
    assert.deepEqual(problemsOf(await readFile(join(folder, name), 'utf8'), name), []);
});
