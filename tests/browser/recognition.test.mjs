// From strokes to the console line, with real pointer events and the real network.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, openReady, predict} from './support.mjs';

const {browser, server} = await launchAndServe();

const places = {
  'large and centred': {left: 40, top: 40, size: 200},
  'small, in a corner': {left: 20, top: 20, size: 90},
};

for (const [where, place] of Object.entries(places)) {
  test(`all ten digits, drawn with the mouse, ${where}`, async () => {
    const opened = await openReady(browser, server.url);
    const {page} = opened;
    for (const [digit, handwritings] of digits.entries()) {
      for (const [i, strokes] of handwritings.entries()) {
        await page.click('#clear');
        await drawWithMouse(page, placed(strokes, place));
        assert.deepEqual(await predict(opened), [`Predicted Digit: ${digit}`],
            `a ${digit} in handwriting ${i + 1}`);
        assert.equal(await opened.result(), String(digit));
        assert.match(await page.locator('#confidence').textContent(), /^\d+\.\d % sure$/);
      }
    }
    await opened.close();
  });
}

/** Draws strokes with one finger. */
async function drawWithFinger(page, strokes) {
  const session = await page.context().newCDPSession(page);
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  const send = (type, touchPoints) => session.send('Input.dispatchTouchEvent', {type, touchPoints});
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => ({x: left + x, y: top + y}));
    await send('touchStart', [points[0]]);
    for (const point of points.slice(1)) await send('touchMove', [point]);
    await send('touchEnd', []);
  }
}

async function drawWithPen(page, strokes) {
  const session = await page.context().newCDPSession(page);
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  for (const stroke of strokes) {
    const send = (type, [x, y], buttons) => session.send('Input.dispatchMouseEvent', {
      type, x: left + x, y: top + y, button: 'left', buttons, clickCount: 1, pointerType: 'pen',
    });
    await send('mousePressed', stroke[0], 1);
    for (const point of stroke.slice(1)) await send('mouseMoved', point, 1);
    await send('mouseReleased', stroke.at(-1), 0);
  }
}

for (const [kind, draw, options] of [
  ['touch', drawWithFinger, {hasTouch: true, isMobile: true, viewport: {width: 320, height: 640}}],
  ['pen', drawWithPen, {}],
]) {
  test(`drawn with ${kind}`, async () => {
    const opened = await openReady(browser, server.url, options);
    const {page} = opened;
    await page.evaluate(() => {
      globalThis.pointerTypes = new Set();
      document.getElementById('pad').addEventListener('pointerdown',
          (event) => globalThis.pointerTypes.add(event.pointerType));
    });
    for (const digit of [2, 4, 7]) {
      await page.click('#clear');
      await draw(page, placed(digits[digit][0]));
      assert.deepEqual(await predict(opened), [`Predicted Digit: ${digit}`]);
    }
    assert.deepEqual(await page.evaluate(() => [...globalThis.pointerTypes]), [kind]);
    assert.equal(await page.evaluate(() => scrollY), 0, 'drawing does not scroll the page');
    await opened.close();
  });
}

test('every press of Predict prints one line', async () => {
  const opened = await openReady(browser, server.url);
  await drawWithMouse(opened.page, placed(digits[5][0]));
  for (let i = 0; i < 3; ++i) await opened.page.click('#predict');
  await opened.page.evaluate(() => 0);
  assert.deepEqual(opened.predictions(), Array(3).fill('Predicted Digit: 5'));
  await opened.close();
});

test('nothing drawn: says so and prints nothing, also after Clear', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  assert.deepEqual(await predict(opened), []);
  assert.equal(await opened.result(), 'Draw a digit first');

  await drawWithMouse(page, placed(digits[8][0]));
  assert.notEqual(await opened.result(), 'Draw a digit first', 'a stroke takes the message away');
  assert.deepEqual(await predict(opened), ['Predicted Digit: 8']);
  await page.click('#clear');
  await page.waitForFunction(() => !document.getElementById('result').textContent);
  assert.equal(await page.locator('#confidence').textContent(), '');
  assert.deepEqual(await predict(opened), []);
  assert.equal(await opened.result(), 'Draw a digit first');
  await opened.close();
});

for (const [what, options] of Object.entries({
  'a dark colour scheme (light ink)': {colorScheme: 'dark'},
  'a high-density screen': {deviceScaleFactor: 3},
})) {
  test(`the same answers with ${what}`, async () => {
    const opened = await openReady(browser, server.url, options);
    for (const digit of [3, 6, 9]) {
      await opened.page.click('#clear');
      await drawWithMouse(opened.page, placed(digits[digit][0]));
      assert.deepEqual(await predict(opened), [`Predicted Digit: ${digit}`]);
    }
    await opened.close();
  });
}

test('a colour scheme that changes while drawing takes the ink along', async () => {
  const opened = await openReady(browser, server.url, {colorScheme: 'light'});
  await drawWithMouse(opened.page, placed(digits[4][0]).slice(0, 1));
  await opened.page.emulateMedia({colorScheme: 'dark'});
  await drawWithMouse(opened.page, placed(digits[4][0]).slice(1));
  assert.deepEqual(await predict(opened), ['Predicted Digit: 4']);
  await opened.close();
});

test('a drawing made while the recogniser loads is kept', async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const opened = await openReady(browser, server.url, {
    setUp: async (page) => {
      await page.route('**/numeral.wasm', async (route) => {
        await held;
        await route.continue();
      });
      page.once('load', async () => {
        await drawWithMouse(page, placed(digits[3][0]));
        assert.ok(await page.locator('#predict').isEnabled());
        release();
      });
    },
  });
  assert.deepEqual(await predict(opened), ['Predicted Digit: 3']);
  await opened.close();
});
