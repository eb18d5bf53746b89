// Pens, palms and fingers on the pad.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inkOf, launchAndServe, openReady} from './support.mjs';

const {browser, server} = await launchAndServe();

const TOP = [[40, 60], [140, 60], [240, 60]], BOTTOM = [[40, 220], [140, 220], [240, 220]];

/** Opens the page, with what sends touches and pens to its pad. Returns also `ink`: whether TOP and BOTTOM are there. */
async function openForHands() {
  const opened = await openReady(browser, server.url, {hasTouch: true});
  const {page} = opened;
  const session = await page.context().newCDPSession(page);
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  /** A contact of some width; `null` lifts it. */
  const touch = (type, point, width = 10) => session.send('Input.dispatchTouchEvent', {
    type, touchPoints: point ? [{x: left + point[0], y: top + point[1], radiusX: width, radiusY: width}] : [],
  });
  const pen = (type, [x, y], options = {}) => session.send('Input.dispatchMouseEvent', {
    type, x: left + x, y: top + y, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen', force: 0.5,
    ...options,
  });
  return {
    ...opened,
    touch,
    pen,
    async drawWithFinger([first, ...rest], width) {
      await touch('touchStart', first, width);
      for (const point of rest) await touch('touchMove', point, width);
      await touch('touchEnd', null);
    },
    async drawWithPen([first, ...rest], options) {
      await pen('mousePressed', first, options);
      for (const point of rest) await pen('mouseMoved', point, options);
      await pen('mouseReleased', rest.at(-1) ?? first, options);
    },
    /** A pen as a script makes it: the protocol has no eraser. */
    erase: (points) => page.evaluate((points) => {
      const pad = document.getElementById('pad');
      const box = pad.getBoundingClientRect();
      points.forEach(([x, y], i) => {
        const type = i === 0 ? 'pointerdown' : 'pointermove';
        pad.dispatchEvent(new PointerEvent(type, {
          pointerId: 77, pointerType: 'pen', button: i === 0 ? 5 : -1, buttons: 32, bubbles: true,
          cancelable: true, clientX: box.left + x, clientY: box.top + y,
        }));
      });
      pad.dispatchEvent(new PointerEvent('pointerup', {pointerId: 77, pointerType: 'pen', button: 5}));
    }, points),
    ink: async () => (await inkOf(page, [TOP[1], BOTTOM[1]])).at,
  };
}

test('a pen takes over from a palm that rests there, and what the palm drew is gone', async () => {
  const {touch, drawWithPen, drawWithFinger, ink, page, close} = await openForHands();
  await drawWithFinger(TOP);
  assert.deepEqual(await ink(), [true, false], 'before a pen is known a finger draws');
  await touch('touchStart', [140, 220], 40);
  await touch('touchMove', [150, 222], 40);
  assert.deepEqual(await ink(), [true, true]);
  await drawWithPen([[40, 100], [240, 100]]);
  assert.deepEqual((await inkOf(page, [TOP[1], [140, 100], BOTTOM[1]])).at, [true, true, false]);
  await touch('touchMove', [160, 224], 40);
  await touch('touchEnd', null);
  assert.deepEqual((await inkOf(page, [TOP[1], [140, 100], BOTTOM[1]])).at, [true, true, false]);
  await page.click('#undo');
  assert.deepEqual((await inkOf(page, [TOP[1], [140, 100], BOTTOM[1]])).at, [true, false, false]);
  await close();
});

test('while a pen is known, also one that only hovers, fingers do not draw', async () => {
  const {pen, drawWithFinger, drawWithPen, ink, close} = await openForHands();
  await pen('mouseMoved', [20, 20], {button: 'none', buttons: 0, force: 0});
  await drawWithFinger(TOP);
  assert.deepEqual(await ink(), [false, false]);
  await drawWithPen(BOTTOM);
  assert.deepEqual(await ink(), [false, true]);
  await close();
});

test('unless the page\'s owner says so', async () => {
  const {page, pen, touch, close} = await openForHands();
  await page.evaluate(() => import('/numeral-pad.js'));
  await page.evaluate(() => {
    const pad = document.createElement('numeral-pad');
    pad.setAttribute('fingers', '');
    pad.style.cssText = 'position: fixed; inset: 0 auto auto 0; z-index: 1; background: white';
    document.body.append(pad);
  });
  const there = await page.locator('#pad').boundingBox();
  const at = ([x, y]) => [x - there.x, y - there.y];
  await pen('mouseMoved', at([20, 20]), {button: 'none', buttons: 0, force: 0});
  await touch('touchStart', at(TOP[0]));
  await touch('touchMove', at(TOP[2]));
  await touch('touchEnd', null);
  assert.equal(await page.evaluate(() => document.querySelector('numeral-pad').strokes.length), 1);
  await page.evaluate(() => document.querySelector('numeral-pad').removeAttribute('fingers'));
  await touch('touchStart', at(BOTTOM[0]));
  await touch('touchMove', at(BOTTOM[2]));
  await touch('touchEnd', null);
  assert.equal(await page.evaluate(() => document.querySelector('numeral-pad').strokes.length), 1);
  await close();
});

test('a pen\'s eraser end erases the strokes that it meets, as one step', async () => {
  const {page, drawWithPen, erase, ink, close} = await openForHands();
  await drawWithPen(TOP);
  await drawWithPen(BOTTOM);
  await erase([[20, 140], [200, 140]]);
  assert.deepEqual(await ink(), [true, true], 'between them');
  await erase([[100, 20], [100, 100]]);
  assert.deepEqual(await ink(), [false, true]);
  await page.click('#undo');
  assert.deepEqual(await ink(), [true, true]);
  await erase([[100, 20], [100, 260]]);
  assert.deepEqual(await ink(), [false, false]);
  await page.click('#undo');
  assert.deepEqual(await ink(), [true, true]);
  await page.click('#redo');
  assert.deepEqual(await ink(), [false, false]);
  await close();
});

test('a pen\'s barrel button is no stroke', async () => {
  const {drawWithPen, ink, close} = await openForHands();
  await drawWithPen(TOP, {button: 'right', buttons: 2});
  await drawWithPen(BOTTOM, {button: 'left', buttons: 3});
  assert.deepEqual(await ink(), [false, false]);
  await close();
});

test('strokes are points with time and pressure, as the pen gave them', async () => {
  const {page, drawWithPen, close} = await openForHands();
  await page.evaluate(() => import('/numeral-pad.js'));
  await page.evaluate(() => document.querySelector('#pad').closest('.paper')
      .replaceWith(document.createElement('numeral-pad')));
  const there = await page.locator('numeral-pad >> canvas').boundingBox();
  await drawWithPen(TOP, {force: 0.75});
  const strokes = await page.evaluate(() => document.querySelector('numeral-pad').strokes);
  assert.equal(strokes.length, 1);
  assert.ok(Math.abs(strokes[0][0].y - TOP[0][1] * 280 / there.height) < 4);
  for (const {pressure} of strokes[0].slice(0, -1)) assert.ok(Math.abs(pressure - 0.75) < 0.01);
  const times = strokes[0].map(({time}) => time);
  assert.ok(times.every((time, i) => time > 0 && (i === 0 || time >= times[i - 1])));
  await close();
});
