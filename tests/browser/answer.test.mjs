// The answer that follows the pen: digit, confidence, probabilities, and what the network sees.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, openReady, withSources} from './support.mjs';

const ASTERISK = [[[40, 40], [240, 240]], [[240, 40], [40, 240]], [[140, 20], [140, 260]]];

const {browser, server} = await launchAndServe();

/** What the page shows, after the next frame. */
function shown(page) {
  return page.evaluate(async () => {
    for (let i = 0; i < 2; ++i) await new Promise(requestAnimationFrame);
    const text = (id) => document.getElementById(id).textContent;
    const seen = document.getElementById('seen');
    const {data} = seen.getContext('2d').getImageData(0, 0, seen.width, seen.height);
    return {
      result: text('result'),
      confidence: text('confidence'),
      likely: text('likely'),
      announcement: text('announcement'),
      bars: [...document.querySelectorAll('#bars li')].map((bar) => ({
        label: bar.textContent,
        share: Number(bar.style.getPropertyValue('--share')),
      })),
      seen: Array.from({length: seen.width * seen.height}, (_, i) => data[i * 4 + 3] / 255),
    };
  });
}

test('the answer is there before Predict, and changes with every stroke', async () => {
  const opened = await openReady(browser, server.url);
  const {page} = opened;
  assert.equal((await shown(page)).result, '');
  await drawWithMouse(page, [[[140, 60], [140, 220]]]);
  assert.equal((await shown(page)).result, '1');
  await drawWithMouse(page, [[[140, 60], [80, 160], [200, 160]]]);
  assert.equal((await shown(page)).result, '4');
  await page.click('#undo');
  assert.equal((await shown(page)).result, '1');
  await page.click('#clear');
  assert.equal((await shown(page)).result, '');
  assert.deepEqual(opened.predictions(), [], 'only Predict prints');
  await opened.close();
});

test('ten probabilities as bars, the three highest named', async () => {
  const {page, close} = await openReady(browser, server.url);
  assert.deepEqual((await shown(page)).bars.map(({share}) => share), Array(10).fill(0));
  await drawWithMouse(page, placed(digits[6][0]));
  const {bars, likely, confidence} = await shown(page);
  assert.deepEqual(bars.map(({label}) => label), [...'0123456789']);
  const sum = bars.reduce((total, {share}) => total + share, 0);
  assert.ok(Math.abs(sum - 1) < 1e-4, `together ${sum}`);
  const sorted = bars.toSorted((a, b) => b.share - a.share);
  const named = likely.split(' · ');
  assert.deepEqual(named.map((text) => text.split(':')[0]),
      sorted.slice(0, 3).map(({label}) => label));
  assert.equal(named[0].split(': ')[1], confidence.replace(' sure', ''));
  await close();
});

test('of what is no digit it is not sure, and says so', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, ASTERISK);
  assert.equal((await shown(page)).confidence, 'Not sure that is a digit');
  await page.click('#predict');
  assert.match((await shown(page)).announcement, /^\d, Not sure that is a digit$/);
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[3][0]));
  assert.match((await shown(page)).confidence, /^\d+\.\d % sure$/);
  await close();
});

/** From now on the page's `pictures` has whatever it reads off a canvas. */
function keepPictures(page) {
  return page.evaluate(() => {
    globalThis.pictures = [];
    const {prototype} = CanvasRenderingContext2D;
    const read = prototype.getImageData;
    prototype.getImageData = function(...box) {
      const picture = read.apply(this, box);
      globalThis.pictures.push(picture);
      return picture;
    };
  });
}

test('what the network sees is the recogniser\'s picture', async () => {
  const {page, close} = await openReady(browser, server.url);
  await keepPictures(page);
  await drawWithMouse(page, placed(digits[2][0]));
  const {seen} = await shown(page);
  const input = await page.evaluate(async () => {
    const {Recognizer} = await import('/numeral.js');
    const recognizer = await Recognizer.load();
    return [...recognizer.recognize(globalThis.pictures.findLast(({width}) => width === 280)).input];
  });
  assert.ok(input.some((value) => value > 0.9));
  input.forEach((value, i) => assert.ok(Math.abs(value - seen[i]) < 0.005, `point ${i}`));
  await close();
});

test('a screen reader hears the answer on Predict, and not with every stroke', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, placed(digits[7][0]));
  assert.equal((await shown(page)).announcement, '');
  await page.click('#predict');
  assert.match((await shown(page)).announcement, /^7, \d+\.\d % sure$/);
  assert.equal(await page.locator('#result').getAttribute('aria-live'), 'off');
  await close();
});

test('at most one answer a frame', async () => {
  const {page, close} = await openReady(browser, server.url);
  await keepPictures(page);
  const {answers, frames} = await page.evaluate(async () => {
    let frames = 0, done = false;
    const count = () => (++frames, done || requestAnimationFrame(count));
    requestAnimationFrame(count);
    const pad = document.getElementById('pad');
    const {left, top} = pad.getBoundingClientRect();
    pad.setPointerCapture = () => {};
    const send = (type, i) => pad.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, button: 0, clientX: left + 40 + (i % 200), clientY: top + 100, bubbles: true,
    }));
    send('pointerdown', 0);
    for (let i = 0; i < 500; ++i) {
      send('pointermove', i);
      if (i % 100 === 99) await new Promise(requestAnimationFrame);
    }
    send('pointerup', 0);
    await new Promise(requestAnimationFrame);
    done = true;
    return {answers: globalThis.pictures.length, frames};
  });
  assert.ok(answers >= 3 && answers <= frames + 1, `${answers} answers in ${frames} frames`);
  await close();
});

/** Has the page show a line, given each digit's class, confidence and lower edge. */
const show = (page, labels, digits) => page.evaluate(async ({labels, digits}) => {
  const {AnswerView} = await import('/page/answer.js');
  const line = {
    text: digits.map(({digit}) => labels[digit]).join(''),
    confidence: digits.reduce((product, {confidence}) => product * confidence, 1),
    accepted: true,
    digits: digits.map(({digit, confidence, bottom}, i) => ({
      digit,
      confidence,
      accepted: true,
      probabilities: labels.map((_, label) => (label === digit ? confidence : 0)),
      input: new Float32Array(28 * 28),
      box: {x: 40 * i, y: bottom - 20, width: 20, height: 20},
    })),
  };
  new AnswerView(labels).show({...line, lines: [line]}, {width: 100, height: 100});
}, {labels, digits});

test('a digit and a number are shown large, the name of a class as words', async () => {
  const {page, close} = await openReady(browser, server.url, {setUp: withSources});
  const labels = [...'0123456789', '10', 'ten', 'none'];
  const look = () => page.locator('#result').evaluate((result) => ({
    text: result.textContent,
    words: result.classList.contains('words'),
    number: result.parentElement.classList.contains('number'),
    digits: result.style.getPropertyValue('--digits'),
  }));
  const one = (digit) => ({digit, confidence: 0.9, bottom: 50});
  for (const [digits, expected] of [
    [[one(7)], {text: '7', words: false, number: false, digits: '1'}],
    [[one(10)], {text: '10', words: false, number: false, digits: '1'}],
    [[one(11)], {text: 'ten', words: true, number: false, digits: '0'}],
    [[one(4), one(2)], {text: '42', words: false, number: true, digits: '2'}],
    [[one(3), one(0), one(5)], {text: '305', words: false, number: true, digits: '3'}],
    [[one(12)], {text: 'none', words: true, number: false, digits: '0'}],
  ]) {
    await show(page, labels, digits);
    assert.deepEqual(await look(), expected);
  }
  await close();
});

test('the confidence at a digit\'s frame is below it, or above where below is no room', async () => {
  const {page, close} = await openReady(browser, server.url, {setUp: withSources});
  await show(page, [...'0123456789'], [
    {digit: 4, confidence: 0.9, bottom: 60}, {digit: 2, confidence: 0.8, bottom: 91},
    {digit: 7, confidence: 0.7, bottom: 100},
  ]);
  const labels = await page.evaluate(() => {
    const paper = document.getElementById('frames').getBoundingClientRect();
    return [...document.querySelectorAll('#frames > div')].map((frame) => {
      const [around, label] = [frame, frame.firstChild].map((each) => each.getBoundingClientRect());
      return {
        text: label && frame.textContent,
        isInside: label.top >= paper.top && label.bottom <= paper.bottom,
        isBelow: label.top >= around.bottom - 3,
        isAbove: label.bottom <= around.top + 3,
      };
    });
  });
  assert.deepEqual(labels, [
    {text: '90 %', isInside: true, isBelow: true, isAbove: false},
    {text: '80 %', isInside: true, isBelow: true, isAbove: false},
    {text: '70 %', isInside: true, isBelow: false, isAbove: true},
  ]);
  await close();
});
