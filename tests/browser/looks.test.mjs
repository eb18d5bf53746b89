// What the page looks like, against pictures of it in tests/browser/looks. Text is left out: fonts
// differ from system to system. Where a change is meant, look at it and keep it with
//
//   NUMERAL_KEEP_LOOKS=1 node --test looks.test.mjs

import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, openReady} from './support.mjs';

const folder = fileURLToPath(new URL('looks/', import.meta.url));
const keep = Boolean(process.env.NUMERAL_KEEP_LOOKS);

/** Largest mean difference of a channel, in levels of 255. */
const TOLERANCE = 1.5;

const {browser, server} = await launchAndServe();

/** The mean difference of two PNG pictures' channels, in levels; infinite if their sizes differ. */
function difference(page, a, b) {
  return page.evaluate(async (pictures) => {
    const [first, second] = await Promise.all(pictures.map(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height);
    }));
    if (first.width !== second.width || first.height !== second.height) return Infinity;
    const apart = first.data.reduce((sum, level, i) => sum + Math.abs(level - second.data[i]), 0);
    return apart / first.data.length;
  }, [a, b].map((picture) => picture.toString('base64')));
}

async function assertLooks(page, selector, name) {
  const seen = await page.locator(selector).screenshot({animations: 'disabled'});
  const file = join(folder, `${name}.png`);
  if (keep) return writeFile(file, seen);
  const apart = await difference(page, seen, await readFile(file));
  assert.ok(apart <= TOLERANCE, `${name}: ${apart.toFixed(2)} levels off ${file}`);
}

/** As no style element, which the page's policy forbids. */
const addStyle = (page, css) => page.evaluate((css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}, css);

const modes = {
  light: {colorScheme: 'light'},
  dark: {colorScheme: 'dark'},
  contrast: {forcedColors: 'active'},
};

for (const [mode, options] of Object.entries(modes)) {
  test(`a drawing, what the network sees, and the bars: ${mode}`, async () => {
    const {page, close} = await openReady(browser, server.url, options);
    await addStyle(page, '#bars, #frames { color: transparent; font-size: 0; }');
    await drawWithMouse(page, placed(digits[5][0]));
    await page.click('#predict');
    await page.mouse.move(0, 0);
    await assertLooks(page, '.paper', `drawing-${mode}`);
    await assertLooks(page, '#seen', `seen-${mode}`);
    await assertLooks(page, '#bars', `bars-${mode}`);
    await close();
  });
}

test('the frames of a number', async () => {
  const {page, close} = await openReady(browser, server.url);
  await addStyle(page, '#frames span { visibility: hidden; }');
  await page.locator('#brush').fill('8');
  await drawWithMouse(page, [...placed(digits[4][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
  await page.click('#predict');
  await page.mouse.move(0, 0);
  await assertLooks(page, '.paper', 'frames');
  await assertLooks(page, '#seen', 'seen-number');
  await close();
});
