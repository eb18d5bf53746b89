// Long use: a thousand presses of Predict, endless strokes, many fingers. Nothing throws, memory does not
// grow, and the console has a line for each press.
//
// With NUMERAL_ENDURANCE=full it takes half an hour: ten minutes of drawing in one stroke, and 10,000
// strokes.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {componentCount, drawWithMouse, inkOf, launchAndServe, openReady} from './support.mjs';

const IS_FULL = process.env.NUMERAL_ENDURANCE === 'full';
const STROKES = IS_FULL ? 10_000 : 200;
const DRAWING_MS = IS_FULL ? 600_000 : 10_000;

/** Growth allowed to the browser itself: bytes of JavaScript memory, nodes and listeners. */
const HEAP_GROWTH = 4 << 20, NODES_GROWTH = 30;

const {browser, server} = await launchAndServe();

/** Exposes the module's memory to `usage`. */
const keepMemory = (page) => page.addInitScript(() => {
  const {instantiate} = WebAssembly;
  WebAssembly.instantiate = async (...parameters) => {
    const instance = await instantiate(...parameters);
    globalThis.memory = Object.values(instance.exports).find(
        (each) => each instanceof WebAssembly.Memory);
    return instance;
  };
});

/**
 * Opens the page. `usage()` gives its bytes, nodes and listeners; `processorTime()` its main thread's CPU
 * time, which does not depend on how busy the machine is.
 */
async function openMeasured(options = {}) {
  const opened = await openReady(browser, server.url,
      {serviceWorkers: 'block', setUp: keepMemory, ...options});
  const session = await opened.context.newCDPSession(opened.page);
  await session.send('Performance.enable');
  const measured = async () => {
    const {metrics} = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({name, value}) => [name, value]));
  };
  const usage = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const {JSHeapUsedSize, Nodes, JSEventListeners} = await measured();
    return {
      heap: JSHeapUsedSize,
      nodes: Nodes,
      listeners: JSEventListeners,
      wasm: await opened.page.evaluate(() => globalThis.memory.buffer.byteLength),
    };
  };
  const processorTime = async () => (await measured()).ThreadTime;
  return {...opened, session, usage, processorTime};
}

/** Checks that nothing has grown. */
function assertFlat(after, before) {
  const growth = (name) => after[name] - before[name];
  assert.equal(growth('wasm'), 0);
  assert.ok(growth('heap') < HEAP_GROWTH, `${growth('heap')} bytes more`);
  for (const name of ['nodes', 'listeners'])
    assert.ok(growth(name) < NODES_GROWTH, `${growth(name)} ${name} more`);
}

test('a thousand presses of Predict', async () => {
  const opened = await openMeasured();
  const {page} = opened;
  await drawWithMouse(page, placed(digits[8][0]));
  const press = (times) => page.evaluate((times) => {
    for (let i = 0; i < times; ++i) document.getElementById('predict').click();
  }, times);
  await press(10);
  const before = await opened.usage();
  await press(990);
  assertFlat(await opened.usage(), before);
  assert.deepEqual(opened.predictions(), Array(1000).fill('Predicted Digit: 8'));
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

/** Draws short strokes all over the pad, with the mouse. */
async function scribble(page, count) {
  const {x: left, y: top, width, height} = await page.locator('#pad').boundingBox();
  for (let i = 0; i < count; ++i) {
    const [x, y] = [left + 9 + ((i * 61) % (width - 18)), top + 9 + ((i * 97) % (height - 18))];
    // They arrive in this order.
    await Promise.all([
      page.mouse.move(x, y), page.mouse.down(), page.mouse.move(x + 9, y + 5), page.mouse.up(),
    ]);
  }
}

test(`${STROKES} strokes, with Clear now and then`, async () => {
  const opened = await openMeasured();
  const {page} = opened;
  const round = async () => {
    await scribble(page, 100);
    await page.click('#clear');
  };
  // The history keeps a thousand steps.
  for (let strokes = 0; strokes < (IS_FULL ? 1200 : 100); strokes += 100) await round();
  const before = await opened.usage();
  for (let strokes = 0; strokes < STROKES; strokes += 100) await round();
  assertFlat(await opened.usage(), before);
  assert.equal((await inkOf(page)).pixels, 0);
  await drawWithMouse(page, placed(digits[4][0]));
  await page.click('#predict');
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 4']);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test(`${STROKES} strokes on one drawing, the last of them undone`, async () => {
  const opened = await openMeasured();
  const {page} = opened;
  await scribble(page, 10);
  const before = await opened.usage();
  await scribble(page, STROKES - 10);
  // Each can still be undone, which takes memory.
  const {heap} = await opened.usage();
  assertFlat({...(await opened.usage()), heap: before.heap}, before);
  assert.ok(heap - before.heap < HEAP_GROWTH + 2000 * STROKES, `${heap - before.heap} bytes more`);
  // Each undo repaints all strokes before it.
  const {pixels} = await inkOf(page);
  for (let i = 0; i < 100; ++i) await page.click('#undo');
  assert.equal(await page.locator('#undo').getAttribute('aria-disabled'), 'false');
  for (let i = 0; i < 100; ++i) await page.click('#redo');
  assert.equal((await inkOf(page)).pixels, pixels);
  await page.click('#clear');
  assert.equal((await inkOf(page)).pixels, 0);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test(`${DRAWING_MS / 1000} seconds of drawing in one stroke stay smooth`, async () => {
  const opened = await openMeasured();
  const {page} = opened;
  const {x: left, y: top, width} = await page.locator('#pad').boundingBox();
  const point = (i) => [
    left + width * (0.5 + 0.4 * Math.sin(i / 7)), top + width * (0.5 + 0.4 * Math.sin(i / 11)),
  ];
  await page.mouse.move(...point(0));
  await page.mouse.down();
  /** CPU time of a hundred moves, in seconds. */
  const hundred = async (first) => {
    const started = await opened.processorTime();
    for (let i = first; i < first + 100; ++i) await page.mouse.move(...point(i));
    return await opened.processorTime() - started;
  };
  const times = [];
  const ended = Date.now() + DRAWING_MS;
  while (Date.now() < ended) times.push(await hundred(times.length * 100));
  await page.mouse.up();
  assert.equal(await componentCount(page), 1);
  // If a move repainted the whole stroke, later moves would take longer.
  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
  const tenth = Math.ceil(times.length / 10);
  const [early, late] = [median(times.slice(0, tenth)), median(times.slice(-tenth))];
  assert.ok(late < 3 * early, `100 moves: ${early} s at first, ${late} s at last`);
  await page.click('#undo');
  assert.equal((await inkOf(page)).pixels, 0, 'it is one stroke');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('Clear in the middle of a stroke', async () => {
  const opened = await openMeasured();
  const {page} = opened;
  const {x, y} = await page.locator('#pad').boundingBox();
  for (let i = 0; i < 20; ++i) {
    await page.mouse.move(x + 50, y + 50);
    await page.mouse.down();
    await page.mouse.move(x + 150, y + 100);
    await page.keyboard.press('Delete');
    assert.equal((await inkOf(page)).pixels, 0);
    await page.mouse.move(x + 200, y + 200);
    await page.mouse.up();
    assert.equal((await inkOf(page)).pixels, 0, 'the rest of it draws nothing');
  }
  await drawWithMouse(page, placed(digits[5][0]));
  await page.click('#predict');
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 5']);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('five fingers that come, go and are cancelled', async () => {
  const opened = await openMeasured({hasTouch: true});
  const {page, session} = opened;
  const {x: left, y: top} = await page.locator('#pad').boundingBox();
  const touch = (type, fingers) => session.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: fingers.map(([id, x, y]) => ({id, x: left + x, y: top + y})),
  });
  const hand = (shift) => [1, 2, 3, 4, 5].map((id) => [id, 30 * id + shift, 60 + 25 * id + shift]);
  for (let i = 0; i < 20; ++i) {
    for (let fingers = 1; fingers <= 5; ++fingers) await touch('touchStart', hand(0).slice(0, fingers));
    for (let shift = 0; shift < 80; shift += 20) await touch('touchMove', hand(shift));
    if (i % 2) await touch('touchCancel', []);
    else for (let left = 4; left >= 0; --left) await touch('touchEnd', hand(60).slice(0, left));
    assert.equal((await inkOf(page)).pixels, 0, 'several fingers are a gesture, and leave nothing');
    await touch('touchStart', hand(0).slice(0, 1));
    for (let shift = 0; shift < 80; shift += 20) await touch('touchMove', hand(shift).slice(0, 1));
    await touch('touchEnd', []);
    assert.equal(await componentCount(page), 1, 'one finger draws');
    await page.keyboard.press('Delete');
  }
  await drawWithMouse(page, placed(digits[9][0]));
  await page.click('#predict');
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 9']);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('hidden and shown, small and large, in the middle of a stroke', async () => {
  const opened = await openMeasured();
  const {page, context} = opened;
  for (const [i, stroke] of placed(digits[4][0]).entries()) {
    const box = await page.locator('#pad').boundingBox();
    const at = ([x, y]) => [box.x + (x * box.width) / 280, box.y + (y * box.width) / 280];
    await page.mouse.move(...at(stroke[0]));
    await page.mouse.down();
    const other = await context.newPage();
    await other.bringToFront();
    await other.close();
    await page.bringToFront();
    await page.setViewportSize(i % 2 ? {width: 1600, height: 1000} : {width: 360, height: 640});
    const resized = await page.locator('#pad').boundingBox();
    for (const [x, y] of stroke.slice(1))
      await page.mouse.move(resized.x + (x * resized.width) / 280, resized.y + (y * resized.width) / 280);
    await page.mouse.up();
  }
  await page.click('#predict');
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 4']);
  assert.deepEqual(opened.errors, []);
  await opened.close();
});
