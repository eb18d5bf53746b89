// After a fault inside the compiled module the page says so and continues with a fresh instance.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {
  componentCount, drawWithMouse, launchAndServe, open, openReady, siteFolder, withSources,
} from './support.mjs';

const {browser, server} = await launchAndServe();

/**
 * A wrapper around the module's JavaScript: reading ends in the fault that `fault` names. `unreachable` is a
 * trap, as of a failed check; `bounds` makes the real code read out of bounds.
 */
const GLUE = `
  import createModule from './real-wasm.js';
  const trap = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5,
    1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
  globalThis.modules = 0;
  export default async (options) => {
    const module = await createModule(options);
    const {instance} = await WebAssembly.instantiate(trap);
    const faults = {
      unreachable: () => instance.exports.f(),
      bounds: (handle, ...drawing) => module._numeral_read_strokes(-16, ...drawing),
    };
    ++globalThis.modules;
    return new Proxy(module, {
      get: (_, name) => (name === '_numeral_read_strokes' && faults[globalThis.fault]) || module[name],
    });
  };`;

/** Serves the wrapper in place of the module's own JavaScript. */
async function wrapModule(page) {
  await withSources(page);
  const script = (body) => (route) => route.fulfill({body, contentType: 'text/javascript'});
  const real = await readFile(join(siteFolder, 'numeral-wasm.js'));
  await page.route(/numeral-wasm\.js/, script(GLUE));
  await page.route(/real-wasm\.js/, script(real));
}

/** Sets the fault once the drawing has been read. */
const setFault = (page, fault) => page.evaluate(async (name) => {
  for (let frames = 0; frames < 2; ++frames) await new Promise(requestAnimationFrame);
  globalThis.fault = name;
}, fault);
const modules = (page) => page.evaluate(() => globalThis.modules);
const isReady = (page) =>
  page.waitForSelector('html[data-state=ready]:has(#problem:not(:empty))', {timeout: 5000});

for (const [fault, reason] of Object.entries({
  unreachable: /unreachable/,
  bounds: /out of bounds/,
})) {
  test(`after a fault (${fault}) there is a fresh module, and the drawing`, async () => {
    const opened = await openReady(browser, server.url, {setUp: wrapModule});
    const {page} = opened;
    await drawWithMouse(page, placed(digits[2][0]));
    await page.waitForFunction(() => document.getElementById('result').textContent === '2');
    const components = await componentCount(page);

    await setFault(page, fault);
    const requests = opened.requests.length;
    await page.focus('#predict');
    await page.keyboard.press('Enter');
    await isReady(page);
    assert.match(await opened.problem(), /^The recogniser had a fault \(.*\) and was started anew/);
    assert.match(await opened.problem(), reason);
    assert.ok(await page.locator('#problem').isVisible());
    assert.equal(await opened.result(), '', 'no answer of before');
    assert.deepEqual(opened.predictions(), []);
    assert.equal(await modules(page), 2);
    assert.equal(await componentCount(page), components);

    await setFault(page, undefined);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'predict');
    await page.keyboard.press('Enter');
    assert.equal(await opened.result(), '2');
    assert.deepEqual(opened.predictions(), ['Predicted Digit: 2']);
    assert.equal(await opened.problem(), '');
    assert.equal(opened.requests.length, requests, 'nothing was fetched');
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

test('one that faults again and again is started anew when somebody wants to', async () => {
  const opened = await openReady(browser, server.url, {setUp: wrapModule});
  const {page} = opened;
  await drawWithMouse(page, placed(digits[7][0]));
  await setFault(page, 'unreachable');
  for (let presses = 0; presses < 2; ++presses) {
    await page.click('#predict');
    await isReady(page);
  }
  await page.click('#predict');
  await page.waitForSelector('html[data-state=error]');
  assert.match(await opened.problem(), /stopped after a fault and must be started anew.*unreachable/);
  assert.ok(await page.locator('#predict').isDisabled());
  assert.equal(await modules(page), 3);

  await setFault(page, undefined);
  await page.getByRole('button', {name: 'Try again'}).click();
  assert.equal(await opened.state(), 'ready');
  assert.equal(await opened.problem(), '');
  assert.ok(await page.locator('#retry').isHidden());
  await page.click('#predict');
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 7']);
  await opened.close();
});

test('many faults, each with a reading between', async () => {
  const opened = await openReady(browser, server.url, {setUp: wrapModule});
  const {page} = opened;
  await drawWithMouse(page, placed(digits[3][0]));
  for (let faults = 0; faults < 20; ++faults) {
    await setFault(page, faults % 2 ? 'unreachable' : 'bounds');
    await page.click('#predict');
    await isReady(page);
    await setFault(page, undefined);
    await page.click('#predict');
    await page.waitForSelector('#problem:empty', {state: 'attached'});
  }
  assert.deepEqual(opened.predictions(), Array(20).fill('Predicted Digit: 3'));
  assert.equal(await modules(page), 21);
  await opened.close();
});

test('<numeral-pad> goes on with what is drawn next', async () => {
  const host = '<!doctype html><script type="module" src="numeral-pad.js"></script>' +
      '<form><numeral-pad name="n"></numeral-pad></form>';
  const opened = await open(browser, `${server.url}host.html`, {
    setUp: async (page) => {
      await wrapModule(page);
      await page.route('**/host.html',
          (route) => route.fulfill({body: host, contentType: 'text/html'}));
    },
  });
  const {page} = opened;
  const value = (wanted) => page.waitForFunction(
      (wanted) => document.querySelector('numeral-pad')?.value === wanted, wanted);
  const draw = (digit) =>
    drawWithMouse(page, placed(digits[digit][0]), {canvas: 'numeral-pad >> canvas'});
  await page.waitForFunction(() => globalThis.modules === 1);
  await draw(4);
  await value('4');
  await setFault(page, 'unreachable');
  await page.click('numeral-pad >> text=Predict').catch(() => {});
  await page.locator('numeral-pad >> output').filter({hasText: 'stopped after a fault'}).waitFor();
  await setFault(page, undefined);
  await page.click('numeral-pad >> text=Clear');
  await draw(9);
  await value('9');
  assert.equal(await modules(page), 2);
  await opened.close();
});
