// Undo, redo, clear, the brush, a pen's pressure, and the screen's density and size.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {componentCount, drawWithMouse, inkOf, launchAndServe, openReady} from './support.mjs';

const TOP = [[40, 40], [240, 40]], MIDDLE = [[40, 140], [240, 140]], BOTTOM = [[40, 240], [240, 240]];

const {browser, server} = await launchAndServe();

/** Whether Undo and Redo can be used. */
const usable = (page) => page.evaluate(
    () => ['undo', 'redo'].map((id) => document.getElementById(id).ariaDisabled === 'false'));

test('undo and redo go through strokes and clearing', async () => {
  const {page, close} = await openReady(browser, server.url);
  assert.deepEqual(await usable(page), [false, false]);
  await drawWithMouse(page, [TOP, MIDDLE]);
  assert.deepEqual(await usable(page), [true, false]);
  await page.click('#clear');
  await drawWithMouse(page, [BOTTOM]);
  const counts = [];
  for (let i = 0; i < 4; ++i) {
    await page.click('#undo');
    counts.push(await componentCount(page));
  }
  assert.deepEqual(counts, [0, 2, 1, 0]);
  assert.deepEqual(await usable(page), [false, true]);
  for (let i = 0; i < 4; ++i) await page.click('#redo');
  assert.equal(await componentCount(page), 1);
  assert.deepEqual((await inkOf(page, [[140, 240], [140, 40]])).at, [true, false]);
  assert.deepEqual(await usable(page), [true, false]);
  await close();
});

test('what was undone is gone once something else is drawn', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [TOP, MIDDLE]);
  await page.click('#undo');
  await drawWithMouse(page, [BOTTOM]);
  await page.click('#redo', {force: true});
  assert.deepEqual((await inkOf(page, [[140, 40], [140, 140], [140, 240]])).at,
      [true, false, true]);
  await close();
});

test('what was undone is not there under what is drawn instead', async () => {
  const {page, close} = await openReady(browser, server.url);
  const lines = async () => (await inkOf(page, [[140, 40], [140, 140], [140, 240]])).at;
  await drawWithMouse(page, [TOP, MIDDLE]);
  await page.click('#undo');
  await drawWithMouse(page, [BOTTOM]);
  assert.deepEqual(await lines(), [true, false, true]);
  await page.click('#undo');
  assert.deepEqual(await lines(), [true, false, false]);
  await page.click('#redo');
  assert.deepEqual(await lines(), [true, false, true]);
  assert.deepEqual(await usable(page), [true, false]);
  await close();
});

test('in the middle of a stroke nothing is undone or redone', async () => {
  const {page, close} = await openReady(browser, server.url);
  const lines = async () => (await inkOf(page, [[140, 40], [140, 140], [140, 240]])).at;
  await drawWithMouse(page, [TOP, MIDDLE]);
  await page.click('#undo');
  const {x, y} = await page.locator('#pad').boundingBox();
  for (const [keys, during] of [['Control+z', 'undo'], ['Control+y', 'redo']]) {
    await page.mouse.move(x + 40, y + 240);
    await page.mouse.down();
    await page.mouse.move(x + 240, y + 240, {steps: 4});
    await page.keyboard.press(keys);
    assert.deepEqual(await lines(), [true, false, true], during);
    await page.mouse.up();
    assert.deepEqual(await lines(), [true, false, true], `after ${during}`);
    await page.click('#undo');
    assert.deepEqual(await lines(), [true, false, false], 'it was one stroke');
  }
  await close();
});

test('with nothing to undo or clear, nothing happens', async () => {
  const opened = await openReady(browser, server.url);
  for (const button of ['undo', 'redo', 'clear', 'undo'])
    await opened.page.click(`#${button}`, {force: true});
  assert.deepEqual(await usable(opened.page), [false, false]);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('the brush can be thinner and thicker, for what is drawn next', async () => {
  const {page, close} = await openReady(browser, server.url);
  const length = 200;
  let before = 0;
  for (const [brush, stroke] of [[6, TOP], [20, MIDDLE], [40, BOTTOM]]) {
    await page.locator('#brush').fill(String(brush));
    await drawWithMouse(page, [stroke]);
    const {pixels} = await inkOf(page);
    const expected = length * brush + Math.PI * (brush / 2) ** 2;
    assert.ok(Math.abs(pixels - before - expected) < 0.03 * expected,
        `brush ${brush}: ${pixels - before} pixels, about ${expected}`);
    before = pixels;
  }
  await close();
});

test('a pen draws thicker the more it is pressed', async () => {
  const {page, close} = await openReady(browser, server.url);
  const session = await page.context().newCDPSession(page);
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  const inkOfPressure = async (force) => {
    const send = (type, x) => session.send('Input.dispatchMouseEvent', {
      type, x: left + x, y: top + 140, button: 'left', buttons: 1, clickCount: 1,
      pointerType: 'pen', force,
    });
    await send('mousePressed', 40);
    for (let x = 50; x <= 240; x += 10) await send('mouseMoved', x);
    await send('mouseReleased', 240);
    const {pixels, components} = await inkOf(page);
    assert.equal(components, 1);
    await page.click('#clear');
    return pixels;
  };
  const [light, half, hard] = [await inkOfPressure(0.1), await inkOfPressure(0.5),
    await inkOfPressure(1)];
  const usual = 200 * 14 + Math.PI * 7 ** 2;
  assert.ok(Math.abs(half - usual) < 0.03 * usual, `half pressed as the brush: ${half}, ${usual}`);
  assert.ok(light < 0.6 * half && hard > 1.4 * half, `${light}, ${half}, ${hard} pixels`);
  await close();
});

test('a pen that is pressed harder in the middle of a stroke draws thicker from there', async () => {
  const {page, close} = await openReady(browser, server.url);
  const session = await page.context().newCDPSession(page);
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  const send = (type, x, force) => session.send('Input.dispatchMouseEvent', {
    type, x: left + x, y: top + 140, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen', force,
  });
  await send('mousePressed', 40, 0.1);
  for (let x = 50; x <= 240; x += 10) await send('mouseMoved', x, x <= 140 ? 0.1 : 1);
  await send('mouseReleased', 240, 1);
  // As thick as 0.52 and 1.6 brushes of 14: 3.6 and 11.2 to each side.
  const {at, components} = await inkOf(page, [
    [80, 142], [80, 145], [80, 149], [200, 142], [200, 149], [200, 153],
  ]);
  assert.equal(components, 1);
  assert.deepEqual(at, [true, false, false, true, true, false]);
  await page.click('#undo');
  assert.equal((await inkOf(page)).pixels, 0, 'it is one stroke');
  await close();
});

test('a drawing survives the window\'s turning and a change of the screen\'s density', async () => {
  const {page, close} = await openReady(browser, server.url, {viewport: {width: 400, height: 800}});
  await drawWithMouse(page, [TOP, MIDDLE]);
  const before = await inkOf(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDeviceMetricsOverride',
      {width: 800, height: 400, deviceScaleFactor: 2, mobile: false});
  await page.waitForFunction(() => document.getElementById('pad').width === 560);
  const after = await inkOf(page);
  assert.equal(after.components, 2);
  assert.ok(Math.abs(after.pixels - before.pixels) < 0.02 * before.pixels);
  await page.click('#undo');
  assert.equal(await componentCount(page), 1);
  await close();
});

test('on a large screen everything is larger, and as crisp', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [TOP, MIDDLE]);
  const before = await inkOf(page);
  const sizes = () => page.evaluate(() => {
    const pad = document.getElementById('pad');
    return [pad.clientWidth, pad.width];
  });
  for (const [width, height, expected] of [
    [1600, 900, [350, 350]], [1920, 1080, [420, 420]], [2560, 1440, [560, 560]],
    [1280, 720, [280, 280]],
  ]) {
    await page.setViewportSize({width, height});
    await page.waitForFunction(
        (width) => document.getElementById('pad').width === width, expected[1]);
    assert.deepEqual(await sizes(), expected, `${width} x ${height}`);
    const after = await inkOf(page);
    assert.equal(after.components, 2);
    assert.ok(Math.abs(after.pixels - before.pixels) < 0.02 * before.pixels);
    const whole = await page.evaluate(() => {
      const {scrollWidth, scrollHeight} = document.documentElement;
      return [scrollWidth, scrollHeight];
    });
    assert.deepEqual(whole, [width, height], 'no scrolling');
  }
  await page.setViewportSize({width: 1920, height: 1080});
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[8][0]));
  await page.waitForFunction(() => document.getElementById('result').textContent === '8');
  await close();
});
