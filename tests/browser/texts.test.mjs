// All texts of the page come from one table.

import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {launchAndServe, open, openReady, serve, siteFolder, webFolder} from './support.mjs';

const {browser, server} = await launchAndServe();

test('index.html itself has none but what must be there where no script runs', async () => {
  const {page, close} = await open(browser, server.url, {javaScriptEnabled: false});
  const source = await readFile(join(webFolder, 'index.html'), 'utf8');
  const found = await page.evaluate((source) => {
    const written = new DOMParser().parseFromString(source, 'text/html');
    for (const allowed of written.querySelectorAll('title, #unstarted')) allowed.remove();
    const attributes = ['aria-label', 'title', 'alt', 'placeholder', 'label'];
    return [
      written.documentElement.textContent.trim(),
      ...attributes.flatMap((name) =>
        [...written.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name))),
    ].filter(Boolean);
  }, source);
  assert.deepEqual(found, []);
  await close();
});

test('every text that is used is in the table, and every one of the table is used', async () => {
  const {page, close} = await openReady(browser, server.url);
  const {keys, frozen} = await page.evaluate(
      () => ({keys: Object.keys(texts), frozen: Object.isFrozen(texts)}));
  assert.ok(frozen);
  const used = new Set();
  for (const file of (await readdir(webFolder, {recursive: true})).filter((name) => /\.(js|html)$/.test(name))) {
    const source = await readFile(join(webFolder, file), 'utf8');
    const uses = source.matchAll(/ data-(?:text|label|title)="(\w+)"|(?<!\.)\btexts\.(?!js\b)(\w+)/g);
    for (const [, inHtml, inCode] of uses) used.add(inHtml ?? inCode);
  }
  assert.deepEqual([...used].sort(), keys.sort());
  await close();
});

test('they are there before anything is painted, even on a page without its end', async (t) => {
  const half = await serve(siteFolder, {faults: {'index.html': 'unfinished'}});
  t.after(() => half.close());
  const {page, close} = await open(browser, half.url);
  await page.locator('h1').waitFor();
  const {state, lacking, texts} = await page.evaluate(() => ({
    state: document.readyState,
    lacking: document.querySelectorAll('[data-text], [data-label], [data-title]').length,
    texts: document.body.innerText,
  }));
  assert.equal(state, 'loading');
  assert.equal(lacking, 0);
  assert.match(texts, /^Numeral\s+Draw a digit/);
  await close();
});
