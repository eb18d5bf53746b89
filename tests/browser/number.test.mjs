// Digits side by side, read as a number.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {openPhotograph} from './photographs.mjs';
import {drawWithMouse, launchAndServe, openReady, predict, shows} from './support.mjs';

const {browser, server} = await launchAndServe();

/** The strokes of a number, digit by digit across the pad. */
function strokesOf(number, {top = 100, handwriting = 0} = {}) {
  const step = 264 / number.length;
  const size = Math.min(step - 6, 90);
  return [...number].flatMap((digit, i) => placed(digits[digit][handwriting],
      {left: 10 + i * step, top, size}));
}

/** Opens the page with a brush for small digits. */
async function openWithThinBrush() {
  const opened = await openReady(browser, server.url);
  await opened.page.locator('#brush').fill('6');
  return opened;
}

/** The frames on the pad: their places in its pixels, and their labels. */
function framesOf(page) {
  return page.evaluate(async () => {
    for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
    const paper = document.getElementById('pad').getBoundingClientRect();
    return [...document.querySelectorAll('#frames > div')].map((frame) => {
      const {left, top, width, height} = frame.getBoundingClientRect();
      return {
        left: left - paper.left, top: top - paper.top, width, height,
        label: frame.textContent,
        share: frame.title,
        unsure: frame.classList.contains('unsure'),
      };
    });
  });
}

test('digits that overlap are read by their strokes, and a cross is no number', async () => {
  const {page, predictions, errors, close} = await openReady(browser, server.url);
  await page.locator('#brush').fill('8');
  const [five, two] = [placed(digits[5][0], {left: 20, top: 90, size: 100}),
    placed(digits[2][0], {left: 78, top: 90, size: 100})];
  await drawWithMouse(page, [...five, ...two]);
  await page.click('#predict');
  assert.deepEqual(predictions(), ['Predicted Number: 52']);
  await page.click('#clear');
  await drawWithMouse(page, [[[60, 60], [200, 200]], [[200, 60], [60, 200]]]);
  await page.waitForSelector('#result.unsure');
  assert.deepEqual(errors, []);
  await close();
});

test('a scribble, of more strokes than its digits could have, is no number', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  const strokes = strokesOf('1111');
  await drawWithMouse(page, strokes);
  assert.deepEqual(await predict(opened), ['Predicted Number: 1111']);
  for (let i = 0; i < 8; ++i) await drawWithMouse(page, strokes);
  await page.waitForSelector('#result.unsure');
  await opened.close();
});

test('numbers of two to five digits', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  for (const [handwriting, numbers] of [['42', '305', '2026', '31459'], ['17', '896', '6024']]
      .entries()) {
    for (const number of numbers) {
      await page.click('#clear');
      await drawWithMouse(page, strokesOf(number, {handwriting}));
      assert.deepEqual(await predict(opened), [`Predicted Number: ${number}`]);
      assert.equal(await opened.result(), number);
      const announcement = await page.locator('#announcement').textContent();
      assert.match(announcement, new RegExp(`^${number}, \\d+\\.\\d % sure$`));
    }
  }
  await opened.close();
});

test('every digit is framed, with its own confidence', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  await drawWithMouse(page, strokesOf('2026', {top: 190}));
  await predict(opened);
  const frames = await framesOf(page);
  assert.equal(frames.length, 4);
  frames.forEach(({left, top, width, height, label, unsure}, i) => {
    assert.ok(Math.abs(left + width / 2 - (40 + i * 66)) < 10, `frame ${i} at ${left}`);
    assert.ok(Math.abs(top - 190) < 6 && Math.abs(height - 60) < 10, `frame ${i} at ${top}`);
    assert.match(label, /^\d+ %$/);
    assert.equal(unsure, false);
  });
  assert.equal(await page.locator('#seen').getAttribute('width'), String(4 * 28));
  assert.match(await page.locator('#likely').textContent(), /^Least sure: \d: /);
  await page.click('#clear');
  assert.deepEqual(await framesOf(page), []);
  assert.equal(await page.locator('#seen').getAttribute('width'), '28');
  await opened.close();
});

test('what is no digit among them is said and shown', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  const asterisk = [[[200, 110], [260, 170]], [[260, 110], [200, 170]], [[230, 100], [230, 180]]];
  await drawWithMouse(page, [...placed(digits[3][0], {left: 20, top: 100, size: 80}),
    ...placed(digits[5][0], {left: 90, top: 100, size: 80}), ...asterisk]);
  const [line] = await predict(opened);
  assert.match(line, /^Predicted Number: 35\d$/);
  assert.equal(await page.locator('#confidence').textContent(), 'Not sure of every digit');
  assert.deepEqual((await framesOf(page)).map(({unsure}) => unsure), [false, false, true]);
  await opened.close();
});

test('the probabilities shown are those of the least sure digit, wherever it is', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  const asterisk = (left) => [[[0, 10], [60, 70]], [[60, 10], [0, 70]], [[30, 0], [30, 80]]].map(
      (stroke) => stroke.map(([x, y]) => [left + x, 100 + y]));
  const at = (left) => ({left, top: 100, size: 80});
  for (const [least, strokes] of [
    [0, [...asterisk(10), ...placed(digits[3][0], at(110)), ...placed(digits[5][0], at(180))]],
    [1, [...placed(digits[3][0], at(0)), ...asterisk(100), ...placed(digits[5][0], at(185))]],
    [2, [...placed(digits[3][0], at(20)), ...placed(digits[5][0], at(90)), ...asterisk(200)]],
  ]) {
    await page.click('#clear');
    await drawWithMouse(page, strokes);
    await predict(opened);
    const shares = (await framesOf(page)).map(({share}) => share);
    assert.equal(shares.length, 3);
    const percents = shares.map((share) => Number(/^\d: ([\d.]+) %$/.exec(share)[1]));
    assert.equal(percents.indexOf(Math.min(...percents)), least, String(shares));
    const likely = await page.locator('#likely').textContent();
    assert.ok(likely.startsWith(`Least sure: ${shares[least]} · `), `${likely} of ${shares}`);
    const bars = await page.locator('#bars li').evaluateAll((bars) => bars.map(({title}) => title));
    assert.ok(bars.includes(shares[least]), `${shares[least]} among ${bars}`);
  }
  await opened.close();
});

test('one digit has no frame, in however many strokes', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  const inParts = {
    4: [[[100, 50], [70, 150], [160, 150]], [[185, 100], [180, 240]]],
    5: [[[90, 70], [85, 140], [150, 135], [190, 170], [175, 220], [120, 240], [70, 225]],
      [[115, 55], [205, 50]]],
    7: [...placed(digits[7][1])],
    0: [...placed(digits[0][0]), [[140, 140]]],
  };
  for (const [digit, strokes] of Object.entries(inParts)) {
    await page.click('#clear');
    await drawWithMouse(page, strokes);
    assert.deepEqual(await predict(opened), [`Predicted Digit: ${digit}`]);
    assert.deepEqual(await framesOf(page), []);
  }
  await opened.close();
});

test('rows are read, announced, framed and shown as rows', async () => {
  const opened = await openWithThinBrush();
  const {page} = opened;
  for (const [rows, lines] of [
    [['12', '305'], ['Predicted Number: 12', 'Predicted Number: 305']],
    [['4', '27'], ['Predicted Digit: 4', 'Predicted Number: 27']],
    [['3', '7', '9'], [3, 7, 9].map((digit) => `Predicted Digit: ${digit}`)],
  ]) {
    await page.click('#clear');
    const at = (row, i) => ({left: 30 + 75 * i, top: 15 + 90 * row, size: 65});
    await drawWithMouse(page, rows.flatMap((row, index) =>
      [...row].flatMap((digit, i) => placed(digits[digit][0], at(index, i)))));
    assert.deepEqual(await predict(opened), lines);
    assert.equal(await opened.result(), rows.join('\n'));
    // As many lines as there are rows, on the page as well.
    assert.equal((await page.locator('#result').innerText()).trim(), rows.join('\n'));
    const announcement = await page.locator('#announcement').textContent();
    assert.match(announcement, new RegExp(`^${rows.join(', ')}, \\d+\\.\\d % sure$`));

    const frames = await framesOf(page);
    const expected = rows.flatMap((row, index) => [...row].map((digit, i) => ({digit, ...at(index, i)})));
    assert.equal(frames.length, expected.length);
    frames.forEach(({left, top, width, height, share}, i) => {
      const {digit, left: x, top: y, size} = expected[i];
      assert.ok(share.startsWith(`${digit}: `), `frame ${i} is ${share}`);
      assert.ok(Math.abs(left + width / 2 - x - size / 2) < 15, `frame ${i} at ${left}`);
      assert.ok(Math.abs(top + height / 2 - y - size / 2) < 10, `frame ${i} at ${top}`);
    });
    // What the network sees is arranged in the same way.
    const {width, height} = await page.locator('#seen').evaluate(({width, height}) => ({width, height}));
    assert.deepEqual([width, height], [28 * Math.max(...rows.map(({length}) => length)), 28 * rows.length]);
  }
  await page.click('#clear');
  // The page follows the drawing a moment later.
  await page.waitForFunction(() => document.getElementById('seen').height === 28);
  await opened.close();
});

test('a photograph of rows', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  await openPhotograph(page, '52\n738\n4', {
    size: 0.14, shade: 0.3, noise: 6, turn: 4, lines: '#a9b8d4',
  });
  await shows(page, '52\n738\n4');
  assert.deepEqual(await predict(opened),
      ['Predicted Number: 52', 'Predicted Number: 738', 'Predicted Digit: 4']);
  assert.equal((await framesOf(page)).length, 6);
  await opened.close();
});

test('the answer does not jump when another digit follows', async () => {
  const {page, close} = await openWithThinBrush();
  const place = () => page.locator('#bars').boundingBox();
  await drawWithMouse(page, placed(digits[4][0], {left: 20, top: 90, size: 100}));
  await page.waitForFunction(() => document.getElementById('result').textContent === '4');
  const before = await place();
  await drawWithMouse(page, placed(digits[2][0], {left: 150, top: 90, size: 100}));
  await page.waitForFunction(() => document.getElementById('result').textContent === '42');
  assert.deepEqual(await place(), before);
  await close();
});
