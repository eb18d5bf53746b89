// The page without mouse, finger or pen.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {componentCount, drawWithMouse, inkOf, launchAndServe, openReady} from './support.mjs';

const {browser, server} = await launchAndServe();

async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

const times = (count, key) => Array(count).fill(key);

test('a 7 drawn with arrow keys is read on Enter', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await page.focus('#pad');
  assert.ok(await page.locator('#cursor').isHidden());
  await press(page, ...times(5, 'ArrowLeft'), ...times(8, 'ArrowUp'));
  assert.ok(await page.locator('#cursor').isVisible());
  assert.equal(await componentCount(page), 0, 'the pen is not down yet');
  await press(page, 'Space', ...times(10, 'ArrowRight'));
  for (let i = 0; i < 16; ++i) await press(page, 'ArrowDown', ...times(2, 'Shift+ArrowLeft'));
  await press(page, 'Space', ...times(5, 'ArrowLeft'));
  assert.equal(await componentCount(page), 1);
  await press(page, 'Enter');
  await page.evaluate(() => 0);
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 7']);
  await opened.close();
});

test('shortcuts undo, redo, clear and predict, wherever the focus is', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await drawWithMouse(page, [[[140, 40], [140, 240]], [[40, 260], [60, 260]]]);
  await press(page, 'Control+z');
  assert.equal(await componentCount(page), 1);
  await press(page, 'Control+y');
  assert.equal(await componentCount(page), 2);
  await press(page, 'Control+z', 'Control+Shift+Z');
  assert.equal(await componentCount(page), 2);
  await press(page, 'Control+z', 'Enter');
  await page.evaluate(() => 0);
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 1']);
  await page.focus('#undo');
  await press(page, 'Enter');
  assert.equal(await componentCount(page), 0, 'on a button, Enter presses that');
  assert.equal(opened.predictions().length, 1);
  await press(page, 'Control+y', 'Delete');
  assert.equal(await componentCount(page), 0);
  await opened.close();
});

test('minus and plus change the brush, on the pad only', async () => {
  const {page, close} = await openReady(browser, server.url);
  const brush = () => page.locator('#brush').inputValue();
  await press(page, '+', '-', '-');
  assert.equal(await brush(), '14');
  await page.focus('#pad');
  await press(page, '+', '+', '-');
  assert.equal(await brush(), '16');
  await press(page, ...times(30, '+'));
  assert.equal(await brush(), '40');
  await close();
});

test('the pen stays on the pad, and is lifted when the focus leaves', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.focus('#pad');
  await press(page, 'Space', ...times(40, 'ArrowLeft'));
  await page.focus('#clear');
  assert.ok(await page.locator('#cursor').isHidden());
  const {at} = await inkOf(page, [[2, 140], [140, 140]]);
  assert.deepEqual(at, [true, true]);
  await page.focus('#pad');
  await press(page, 'ArrowUp', 'ArrowUp', 'ArrowUp');
  assert.deepEqual((await inkOf(page, [[2, 110]])).at, [false]);
  await drawWithMouse(page, [[[200, 40], [240, 40]]]);
  assert.equal(await componentCount(page), 2);
  await close();
});

/** Where the pen is, in the pad's pixels. */
const penOf = (page) => page.locator('#cursor').evaluate(
    ({style}) => [style.left, style.top].map((share) => Math.round(parseFloat(share) * 2.8)));

test('an arrow key moves the pen by 10 pixels, with Shift by 2', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.focus('#pad');
  await press(page, 'Space', ...times(5, 'ArrowRight'));
  assert.deepEqual(await penOf(page), [190, 140]);
  await press(page, ...times(3, 'ArrowDown'), 'ArrowUp', ...times(5, 'Shift+ArrowDown'),
      ...times(2, 'Shift+ArrowUp'), 'ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowLeft');
  assert.deepEqual(await penOf(page), [180, 166]);
  // The brush has 7 pixels to each side.
  const {at} = await inkOf(page, [[190, 140], [195, 140], [199, 140], [180, 171], [180, 176]]);
  assert.deepEqual(at, [true, true, false, true, false]);
  await close();
});

test('the pen goes no further than the edges, and comes back at once', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.focus('#pad');
  for (const [there, back, edge, after] of [
    ['ArrowLeft', 'ArrowRight', [0, 140], [140, 140]],
    ['ArrowRight', 'ArrowLeft', [280, 140], [140, 140]],
    ['ArrowUp', 'ArrowDown', [140, 0], [140, 140]],
    ['ArrowDown', 'ArrowUp', [140, 280], [140, 140]],
  ]) {
    await press(page, ...times(20, there));
    assert.deepEqual(await penOf(page), edge);
    await press(page, ...times(14, back));
    assert.deepEqual(await penOf(page), after);
  }
  await close();
});

test('with Ctrl, Alt or the command key they are the browser\'s own', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await page.evaluate(() => {
    globalThis.taken = [];
    addEventListener('keydown', (event) => event.defaultPrevented && globalThis.taken.push(event.key));
  });
  await drawWithMouse(page, [[[140, 40], [140, 240]]]);
  await page.focus('#pad');
  for (const modifier of ['Control', 'Alt', 'Meta'])
    await press(page, ...['Delete', 'Enter', 'ArrowLeft', '-', '+'].map((key) => `${modifier}+${key}`));
  assert.ok(await page.locator('#cursor').isHidden());
  await press(page, 'Control+Space', 'Alt+Space', 'Meta+Space', 'ArrowLeft');
  assert.ok(!await page.locator('#cursor').evaluate((cursor) => cursor.classList.contains('down')));
  assert.deepEqual(await penOf(page), [130, 140]);
  assert.equal(await componentCount(page), 1);
  assert.equal(await page.locator('#brush').inputValue(), '14');
  assert.deepEqual(opened.predictions(), []);
  assert.deepEqual(await page.evaluate(() => globalThis.taken), ['ArrowLeft']);
  await opened.close();
});

test('keys do not disturb a stroke that the mouse draws', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  const {x, y} = await page.locator('#pad').boundingBox();
  await page.mouse.move(x + 40, y + 40);
  await page.mouse.down();
  await page.mouse.move(x + 140, y + 40, {steps: 4});
  await press(page, 'Space', 'ArrowDown', 'Space');
  await page.mouse.move(x + 240, y + 40, {steps: 4});
  await page.mouse.up();
  const {components, at} = await inkOf(page, [[40, 40], [140, 40], [240, 40], [140, 140]]);
  assert.equal(components, 1);
  assert.deepEqual(at, [true, true, true, false]);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('the keys are listed, and Tab reaches everything', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.click('#keys summary');
  for (const key of ['Enter', 'Delete', 'Space', 'Shift'])
    assert.ok(await page.locator('#keys kbd', {hasText: key}).first().isVisible());
  await page.evaluate(() => document.activeElement.blur());
  const reached = [];
  for (let i = 0; i < 12; ++i) {
    await press(page, 'Tab');
    reached.push(await page.evaluate(() => document.activeElement.id));
  }
  for (const id of ['pad', 'undo', 'redo', 'brush', 'predict', 'clear'])
    assert.ok(reached.includes(id), `${id} among ${reached}`);
  await close();
});
