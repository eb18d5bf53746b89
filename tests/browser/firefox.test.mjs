// The main paths in Firefox.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {openPhotograph} from './photographs.mjs';
import {
  componentCount, drawWithMouse, launchAndServe, launchFirefox, openReady, serve, shows, siteFolder,
  until,
} from './support.mjs';
import {installed} from './versions.mjs';

const {browser, server} = await launchAndServe(launchFirefox);

/** Waits for the page's console lines: Firefox reports them late. */
async function everythingPrinted({page, printed}) {
  const last = `That is line ${printed.length}.`;
  await page.evaluate((text) => console.debug(text), last);
  await until(last, async () => printed.some(({text}) => text === last));
}

test('a digit, with mouse and keys', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  const strokes = placed(digits[5][0]);
  await drawWithMouse(page, strokes);
  await shows(page, '5');
  await everythingPrinted(opened);
  assert.deepEqual(opened.predictions(), [], 'before Predict');
  await page.click('#predict');
  await everythingPrinted(opened);
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 5']);
  assert.equal(await page.locator('#bars li').count(), 10);

  for (let i = 0; i < strokes.length; ++i) await page.keyboard.press('Control+z');
  assert.equal(await componentCount(page), 0);
  await page.keyboard.press('Control+y');
  assert.equal(await componentCount(page), 1);
  await page.keyboard.press('Delete');
  await shows(page, '');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('a number', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await page.locator('#brush').fill('8');
  await drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
  await page.click('#predict');
  await shows(page, '42');
  await everythingPrinted(opened);
  assert.deepEqual(opened.predictions(), ['Predicted Number: 42']);
  assert.equal(await page.locator('#frames > div').count(), 2);
  await opened.close();
});

test('a photograph', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await openPhotograph(page, '25', {shade: 0.4, noise: 8, lines: '#a9b8d4', turn: -3});
  await shows(page, '25');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('after one visit, without a network', async () => {
  const once = await serve(siteFolder);
  const {page, close} = await openReady(browser, once.url);
  await installed(page);
  await once.close();
  await page.reload();
  await page.waitForFunction(() => document.documentElement.dataset.state === 'ready');
  await drawWithMouse(page, placed(digits[7][0]));
  await shows(page, '7');
  await close();
});

test('<numeral-pad> in a form', async () => {
  const html = `<!doctype html><title>A form</title>
    <form><numeral-pad name="floor" required></numeral-pad></form>
    <script type="module" src="numeral-pad.js"></script>`;
  const {page, close, errors} = await openReady(browser, server.url);
  await page.route('**/form.html', (route) => route.fulfill({body: html, contentType: 'text/html'}));
  await page.goto(`${server.url}form.html`);
  assert.ok(!await page.evaluate(() => document.forms[0].checkValidity()), 'required');
  await drawWithMouse(page, placed(digits[3][0]), {canvas: 'numeral-pad >> canvas'});
  await page.waitForFunction(() => new FormData(document.forms[0]).get('floor') === '3');
  // A pad is valid once all that is drawn was read; its value may be a 3 before.
  await page.waitForFunction(() => document.forms[0].checkValidity());
  await page.evaluate(() => document.forms[0].reset());
  assert.equal(await page.evaluate(() => document.querySelector('numeral-pad').value), '');
  assert.deepEqual(errors, []);
  await close();
});

test('<numeral-pad> turned upside down, in colours that change', async () => {
  const html = `<!doctype html><title>Turned</title>
    <style>numeral-pad { rotate: 180deg; --numeral-ink: rgb(17, 17, 17) } ::part(predict), ::part(clear) { display: none }</style>
    <numeral-pad></numeral-pad><script type="module" src="numeral-pad.js"></script>`;
  const {page, close, errors} = await openReady(browser, server.url);
  await page.route('**/turned.html', (route) => route.fulfill({body: html, contentType: 'text/html'}));
  await page.goto(`${server.url}turned.html`);
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await drawWithMouse(page, placed(digits[9][0]), {canvas: 'numeral-pad >> canvas'});
  await page.waitForFunction(() => document.querySelector('numeral-pad').value === '9');
  await page.evaluate(() => document.querySelector('numeral-pad').style.setProperty('--numeral-ink', '#123456'));
  await page.waitForFunction(() => {
    const canvas = document.querySelector('numeral-pad').shadowRoot.querySelector('canvas');
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const ink = data.findIndex((level, i) => i % 4 === 3 && level === 255) - 3;
    return data[ink] === 18 && data[ink + 1] === 52 && data[ink + 2] === 86;
  });
  assert.deepEqual(errors, []);
  await close();
});

test('where canvases tell noise, against fingerprinting: strokes are read, and photos are refused with the reason', async (t) => {
  const hiding = await launchFirefox({preferences: {'privacy.resistFingerprinting': true}});
  t.after(() => hiding.close());
  const opened = await openReady(hiding, server.url);
  const {page} = opened;
  const level = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d');
    return context.getImageData(0, 0, 100, 1).data.reduce((sum, each) => sum + each, 0);
  });
  assert.ok(level > 0, 'an empty canvas is not told to be empty');
  await page.locator('#brush').fill('8');
  await drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
  await shows(page, '42');
  assert.equal(await page.locator('#frames > div').count(), 2);
  await page.click('#predict');
  await everythingPrinted(opened);
  assert.deepEqual(opened.predictions(), ['Predicted Number: 42']);
  await page.click('#clear');
  await shows(page, '');
  await page.setInputFiles('#file', {name: 'photo.png', mimeType: 'image/png', buffer: await readFile(join(siteFolder, 'icon-192.png'))});
  await until('the reason', async () => /protection against fingerprinting/.test(await opened.result()), {timeout: 30_000});
  assert.deepEqual(opened.errors, []);
  await opened.close();
});
