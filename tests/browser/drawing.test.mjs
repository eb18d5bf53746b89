// What the pad makes of pointer events, pixel by pixel.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {drawWithMouse, inkOf, launchAndServe, openReady} from './support.mjs';

const BRUSH = 14;

const {browser, server} = await launchAndServe();

test('a fast pointer leaves a line without gaps', async () => {
  const {page, close} = await openReady(browser, server.url);
  const stroke = [[30, 40], [240, 60], [40, 150], [250, 240], [60, 250]];
  await drawWithMouse(page, [stroke], {steps: 1});
  const middles = stroke.slice(1).map(
      ([x, y], i) => [(x + stroke[i][0]) / 2, (y + stroke[i][1]) / 2]);
  const ink = await inkOf(page, [stroke[0], ...middles, stroke.at(-1)]);
  assert.equal(ink.components, 1);
  assert.deepEqual(ink.at, Array(6).fill(true), 'it begins, ends and passes where the pointer did');
  await close();
});

test('a line has the width of the brush', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [[[40, 140], [140, 140], [240, 140]]], {steps: 1});
  const {pixels} = await inkOf(page);
  const expected = 200 * BRUSH + Math.PI * (BRUSH / 2) ** 2;
  assert.ok(Math.abs(pixels - expected) < 0.02 * expected, `${pixels} pixels, about ${expected}`);
  await close();
});

test('a tap makes a dot', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [[[140, 140]]]);
  const {components, pixels} = await inkOf(page);
  const expected = Math.PI * (BRUSH / 2) ** 2;
  assert.equal(components, 1);
  assert.ok(Math.abs(pixels - expected) < 0.05 * expected, `${pixels} pixels, about ${expected}`);
  await close();
});

test('Clear removes everything', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [[[20, 20], [260, 260]], [[260, 20], [20, 260]]]);
  assert.equal((await inkOf(page)).components, 1);
  await page.click('#clear');
  assert.equal((await inkOf(page)).pixels, 0);
  await close();
});

test('a stroke goes on outside the pad and comes back', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, [[[200, 60], [420, 60], [420, 220], [200, 220]]], {steps: 8});
  const {components, at} = await inkOf(page, [[200, 60], [270, 60], [270, 220], [200, 220]]);
  assert.equal(components, 2);
  assert.deepEqual(at, [true, true, true, true]);
  await close();
});

test('moving without pressing, and other mouse buttons, draw nothing', async () => {
  const {page, close} = await openReady(browser, server.url);
  const {x, y} = await page.locator('#pad').boundingBox();
  await page.mouse.move(x + 50, y + 50);
  await page.mouse.move(x + 200, y + 200, {steps: 4});
  await page.mouse.down({button: 'right'});
  await page.mouse.move(x + 60, y + 200, {steps: 4});
  await page.mouse.up({button: 'right'});
  assert.equal((await inkOf(page)).pixels, 0);
  await close();
});

test('one finger draws, two zoom the page and leave nothing', async () => {
  const {page, close} = await openReady(browser, server.url, {hasTouch: true});
  const session = await page.context().newCDPSession(page);
  const {x, y} = await page.locator('#pad').boundingBox();
  const finger = (id, fingerX, fingerY) => ({id, x: x + fingerX, y: y + fingerY});
  const send = (type, ...touchPoints) => session.send('Input.dispatchTouchEvent', {type, touchPoints});
  await send('touchStart', finger(0, 60, 60));
  await send('touchMove', finger(0, 60, 140));
  await send('touchMove', finger(0, 60, 220));
  await send('touchEnd');
  const {components, at} = await inkOf(page, [[60, 60], [60, 140], [60, 210]]);
  assert.equal(components, 1);
  assert.deepEqual(at, [true, true, true]);
  await page.click('#clear');

  await send('touchStart', finger(0, 120, 140));
  await send('touchStart', finger(0, 120, 140), finger(1, 160, 140));
  for (let apart = 10; apart <= 80; apart += 10)
    await send('touchMove', finger(0, 120 - apart, 140), finger(1, 160 + apart, 140));
  await send('touchEnd');
  await page.waitForFunction(() => visualViewport.scale > 1.5);
  assert.equal((await inkOf(page)).pixels, 0);
  await close();
});

test('two fingers scroll the page', async () => {
  const viewport = {width: 400, height: 320};
  const {page, close} = await openReady(browser, server.url, {hasTouch: true, viewport});
  const session = await page.context().newCDPSession(page);
  const {x, y} = await page.locator('#pad').boundingBox();
  const send = (type, up) => session.send('Input.dispatchTouchEvent', {
    type, touchPoints: [60, 180].map((left, id) => ({id, x: x + left, y: y + 150 - up})),
  });
  await send('touchStart', 0);
  for (let up = 10; up <= 120; up += 10) await send('touchMove', up);
  await session.send('Input.dispatchTouchEvent', {type: 'touchEnd', touchPoints: []});
  await page.waitForFunction(() => scrollY > 50);
  assert.equal((await inkOf(page)).pixels, 0);
  await close();
});

test('pixels are those of the screen, at every density', async () => {
  for (const [deviceScaleFactor, width] of [[1, 280], [1.5, 420], [2, 560], [3, 840]]) {
    const {page, close} = await openReady(browser, server.url, {deviceScaleFactor});
    const size = await page.evaluate(() => {
      const pad = document.getElementById('pad');
      return [pad.width, pad.height, pad.clientWidth, pad.clientHeight];
    });
    assert.deepEqual(size, [width, width, 280, 280]);
    await close();
  }
});
