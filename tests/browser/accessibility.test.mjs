// The page against axe-core's rules for WCAG 2.2 AA, in every state and colour scheme.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, open, openReady, serve, siteFolder} from './support.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const {browser, server} = await launchAndServe();

/** Runs axe-core on the page and returns its violations. */
async function assertAccessible(page) {
  // By evaluation, because the page's policy forbids a script element.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const {violations, passes} = await page.evaluate(
      (rules) => globalThis.axe.run({runOnly: rules}), RULES);
  const found = violations.flatMap(
      ({id, help, nodes}) => nodes.map(({html}) => `${id}: ${help}\n  ${html}`));
  assert.deepEqual(found, []);
  assert.ok(passes.length > 15, `only ${passes.length} rules applied`);
}

for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    test(`${colorScheme}, ${width} pixels wide`, async () => {
      const options = {colorScheme, viewport: {width, height: 800}};
      const {page, close} = await openReady(browser, server.url, options);
      await assertAccessible(page);
      await page.click('#keys summary');
      await page.click('#teaching summary');
      await drawWithMouse(page, placed(digits[5][0]));
      await page.click('#predict');
      await assertAccessible(page);
      await close();
    });
  }

  test(`${colorScheme}, not sure that it is a digit`, async () => {
    const {page, close} = await openReady(browser, server.url, {colorScheme});
    await drawWithMouse(page, [[[40, 40], [240, 240]], [[240, 40], [40, 240]]]);
    await page.click('#predict');
    await assertAccessible(page);
    await close();
  });

  test(`${colorScheme}, inside the network`, async () => {
    const {page, close} = await openReady(browser, server.url, {colorScheme});
    await page.click('#inside summary');
    await page.waitForSelector('.source');
    await assertAccessible(page);
    await drawWithMouse(page, placed(digits[5][0]));
    await page.locator('.stage.convolution canvas').nth(1).click({position: {x: 20, y: 20}});
    await page.click('text=What matters here?');
    await assertAccessible(page);
    for (const layer of ['scores', 'softmax', 'probabilities']) {
      await page.locator(`.stage.${layer} button`).first().click();
      await assertAccessible(page);
    }
    await close();
  });

  test(`${colorScheme}, with something wrong`, async () => {
    const broken = await serve(siteFolder, {faults: {'numeral.wasm': 'missing'}});
    const opened = await open(browser, broken.url, {colorScheme});
    assert.equal(await opened.state(), 'error');
    await assertAccessible(opened.page);
    await opened.close();
    await broken.close();
  });
}
