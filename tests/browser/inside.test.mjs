// "Inside the network": the layers of what is drawn, the arithmetic of their values, what the answer
// depends on, and MNIST's own digits.

import assert from 'node:assert/strict';
import {copyFile, cp, mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, open, openReady, serve, shows, siteFolder, until} from './support.mjs';
import {installed} from './versions.mjs';

const {browser, server} = await launchAndServe();

/** Opens the page, draws a digit, and opens what is inside. */
async function openInside(digit = 5, options = {}, url = server.url) {
  const opened = await openReady(browser, url, options);
  if (digit !== null) {
    await drawWithMouse(opened.page, placed(digits[digit][0]));
    await shows(opened.page, digit);
  }
  await opened.page.click('#inside > summary');
  await opened.page.waitForSelector(digit === null ? '#inside .source' : '#inside .probabilities button');
  return opened;
}

/** A number as the page shows it. */
const numberIn = (text) => Number(text.replace('−', '-').replace(/ · 10(\S+)/, (_, power) =>
  `e${[...power].map((c) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)).map((at) => (at === 0 ? '-' : at - 1)).join('')}`));

/** The numbers and signs of the formula that is shown. */
const formulaOf = (page) => page.$$eval('.arithmetic > .formula > span', (steps) =>
  steps.map((step) => step.querySelector('b')?.textContent ?? step.textContent));

const readout = (page) => page.locator('.readout').textContent();

/** The probability that the last layer shows for a class. */
const shownProbability = (page, digit) =>
  page.locator('.stage.probabilities .total').nth(digit).textContent().then(numberIn);

function assertNear(found, expected, tolerance) {
  assert.ok(Math.abs(found - expected) <= tolerance, `expected ${expected} ± ${tolerance}, found ${found}`);
}

test('nothing of it is fetched before it is opened', async () => {
  const {page, requests, errors, close} = await openReady(browser, server.url);
  await drawWithMouse(page, placed(digits[3][0]));
  await shows(page, 3);
  const fetched = () => requests.filter((url) => /inside|samples/.test(url))
      .map((url) => url.slice(server.url.length)).sort();
  assert.deepEqual(fetched(), []);
  await page.click('#inside > summary');
  await page.waitForSelector('#inside .stage canvas');
  assert.deepEqual(fetched(), ['page/inside.css', 'page/inside.js']);
  assert.deepEqual(errors, []);
  await close();
});

test('opened before the recogniser is there it says so, and comes with it', async (t) => {
  const slow = await serve(siteFolder, {faults: {'digits.ort': 'held'}});
  t.after(() => slow.close());
  const {page, state, close} = await open(browser, slow.url);
  await page.click('#inside > summary');
  await page.locator('#inside > p', {hasText: 'once the recogniser is there'}).waitFor();
  slow.release();
  assert.equal(await state(), 'ready');
  await page.waitForSelector('#inside .source');
  assert.equal(await page.locator('#inside > p').first().textContent(), '');
  await close();
});

test('it shows every layer, follows the pen, and says what to do where nothing is drawn', async () => {
  const {page, errors, close} = await openInside(null);
  assert.match(await page.locator('#inside .source').textContent(), /^Draw a digit/);
  assert.ok(await page.locator('.stages').isHidden());
  await drawWithMouse(page, placed(digits[5][0]));
  await page.waitForSelector('.stage.probabilities');
  const layers = await page.evaluate(async () => {
    const {Recognizer} = await import('./numeral.js');
    const recognizer = await Recognizer.load();
    return recognizer.inspectLayers(new Float32Array(784)).map(({operation}) => operation);
  });
  assert.deepEqual(await page.$$eval('.stage .operation', (all) => all.map((each) => each.textContent)), layers);
  assert.ok(await shownProbability(page, 5) > 0.9);
  await page.click('#clear');
  await page.waitForSelector('.stages', {state: 'hidden'});
  await drawWithMouse(page, placed(digits[3][0]));
  await until('it shows the 3', async () => await shownProbability(page, 3) > 0.9);
  assert.deepEqual(errors, []);
  await close();
});

test('the recogniser gives the layers, their weights, and what an answer depends on', async () => {
  const {page, close} = await openReady(browser, server.url);
  const found = await page.evaluate(async () => {
    const {Recognizer} = await import('./numeral.js');
    const recognizer = await Recognizer.load();
    const data = new Uint8ClampedArray(100 * 100 * 4).fill(255);
    for (let y = 15; y < 85; ++y) for (let x = 46; x < 54; ++x) data.set([0, 0, 0, 255], (y * 100 + x) * 4);
    const {input, probabilities, digit, confidence} = recognizer.recognize({data, width: 100, height: 100});
    const [first] = recognizer.inspectLayers(input);
    const layers = recognizer.inspectLayers(Array.from(input));
    const [channels, , rows, columns] = first.weights.shape;
    let sum = first.bias.values[channels - 1];
    for (let i = 0; i < rows * columns; ++i) {
      sum += input[(10 + Math.floor(i / columns)) * 28 + 12 + (i % columns)] *
          first.weights.values[(channels - 1) * rows * columns + i];
    }
    const [, height, width] = first.shape;
    const mistakes = [
      () => recognizer.inspectLayers([1, 2]), () => recognizer.occlude(input, 10),
      () => recognizer.occlude(input, 1, {patch: 0}),
    ].map((mistake) => {
      try {
        return mistake();
      } catch ({name, message}) {
        return `${name}: ${message}`;
      }
    });
    const started = performance.now();
    const map = recognizer.occlude(input, digit);
    const milliseconds = performance.now() - started;
    await recognizer.restart();
    const again = recognizer.inspectLayers(input).at(-1);
    return {
      digit, confidence, mistakes, milliseconds, map: [...map], first: first.attributes,
      last: [...layers.at(-1).values], again: [...again.values], probabilities: [...probabilities],
      value: first.values[((channels - 1) * height + 10) * width + 12], sum: Math.max(sum, 0),
      sizes: layers.map(({shape, values}) => shape.reduce((a, b) => a * b) - values.length),
    };
  });
  assert.deepEqual(found.last, found.probabilities);
  assert.deepEqual(found.again, found.probabilities);
  assert.ok(found.sizes.every((difference) => difference === 0));
  assertNear(found.value, found.sum, 1e-4);
  assert.deepEqual(found.first.kernel_shape, [3, 3]);
  assert.equal(found.map.length, 784);
  assert.equal(found.map[0], found.confidence);
  assert.ok(Math.min(...found.map) < found.confidence);
  assert.deepEqual(found.mistakes, [
    "NumeralError: input: expected 784 numbers from 0 to 1, as a reading's digits have them, found 2",
    'NumeralError: digit: expected an index of labels, found 10',
    'NumeralError: patch: expected a whole number from 1 on, found 0',
  ]);
  console.log(`an occlusion map takes ${Math.round(found.milliseconds)} ms`);
  await close();
});

test('the arithmetic of a chosen value adds up to the value that is shown', async () => {
  const {page, errors, close} = await openInside();
  for (const layer of await page.locator('.stage.convolution').all()) {
    const canvas = layer.locator('canvas');
    const {width, height} = await canvas.boundingBox();
    for (const [x, y] of [[0.5, 0.5], [0.3, 0.2]]) {
      await canvas.click({position: {x: Math.round(width * x), y: Math.round(height * y)}});
      await layer.locator('.arithmetic').waitFor();
      const value = numberIn((await readout(page)).split(': ')[1]);
      const [sum, sign, bias, , before, , after] = await formulaOf(page);
      const sums = await page.$$eval('.term .total', (all) => all.map((each) => each.textContent.slice(4)));
      const total = sums.map(numberIn).reduce((a, b) => a + b, 0);
      assertNear(numberIn(sum), total, 0.0006 * sums.length);
      assertNear(numberIn(before), numberIn(sum) + (sign === '+' ? 1 : -1) * numberIn(bias), 0.0021);
      assert.equal(numberIn(after), Math.max(numberIn(before), 0));
      assertNear(value, numberIn(after), 0.0011);
    }
  }
  // The products of one window.
  const [window, weights, products] = await page.locator('.term').first().locator('.grid').evaluateAll(
      (grids) => grids.map((grid) => [...grid.children].map((cell) => cell.textContent)));
  products.map(numberIn).forEach((product, i) =>
    assertNear(product, numberIn(window[i]) * numberIn(weights[i]), 0.03));

  await page.locator('.stage.scores button').nth(5).click();
  const [sum, sign, bias, , score] = await formulaOf(page);
  assertNear(numberIn(score), numberIn(sum) + (sign === '+' ? 1 : -1) * numberIn(bias), 0.0021);
  assertNear(numberIn(score), numberIn(await page.locator('.stage.scores .total').nth(5).textContent()), 0.0011);
  for (const text of await page.locator('.arithmetic .list .total').allTextContents()) {
    const [value, weight, product] = text.split(/ [×=] /).map(numberIn);
    assertNear(product, value * weight, 0.01);
  }
  await page.locator('.stage.softmax button').nth(5).click();
  const [power, , powers, , share] = await formulaOf(page);
  assertNear(numberIn(share), numberIn(power) / numberIn(powers), 0.001);
  await page.locator('.stage.probabilities button').nth(5).click();
  assertNear(numberIn((await formulaOf(page)).at(-1)), await shownProbability(page, 5), 0.0011);

  await page.locator('.stage.pooling canvas').click({position: {x: 6, y: 6}});
  const cells = await page.locator('.stage.pooling .grid span').allTextContents();
  assertNear(Math.max(...cells.map(numberIn)),
      numberIn(await page.locator('.stage.pooling .formula b').textContent()), 0.006);
  await page.locator('.arithmetic >> text=Close').click();
  assert.equal(await page.locator('.arithmetic').count(), 0);
  assert.deepEqual(errors, []);
  await close();
});

test('a chosen value stays chosen while the drawing changes', async () => {
  const {page, close} = await openInside();
  await page.locator('.stage.scores button').nth(3).click();
  const before = (await formulaOf(page)).at(-1);
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[3][0]));
  await until('the arithmetic follows', async () => numberIn((await formulaOf(page)).at(-1)) > 0);
  assert.ok(numberIn(before) < 0);
  await close();
});

test('keys point and choose', async () => {
  const {page, predictions, close} = await openInside();
  await page.locator('.stage.convolution canvas').first().focus();
  const pointed = async (key) => {
    await page.keyboard.press(key);
    return (await readout(page)).split(': ')[0];
  };
  assert.equal(await pointed('ArrowRight'), 'Convolution 1, map 1, row 1, column 2');
  assert.equal(await pointed('ArrowDown'), 'Convolution 1, map 1, row 2, column 2');
  assert.equal(await pointed('PageDown'), 'Convolution 1, map 2, row 2, column 2');
  assert.equal(await pointed('End'), 'Convolution 1, map 16, row 26, column 26');
  assert.equal(await pointed('ArrowRight'), 'Convolution 1, map 16, row 26, column 26');
  assert.equal(await pointed('Home'), 'Convolution 1, map 1, row 1, column 1');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowLeft');
  assert.equal((await readout(page)).split(': ')[0], 'Convolution 1, map 1, row 1, column 26');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.arithmetic h3').textContent(), 'Convolution 1, map 1, row 1, column 26');
  assert.deepEqual(predictions(), []);
  await page.locator('.arithmetic >> text=Close').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.arithmetic').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'canvas');
  await close();
});

test('what the answer depends on, until the drawing changes', async () => {
  const {page, close} = await openInside(7);
  await page.click('text=What matters here?');
  const canvas = page.locator('.occlusion canvas');
  await canvas.waitFor();
  assert.match(await page.locator('.occlusion figcaption').textContent(), /7 .*\d\.\d %/);
  await canvas.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  const [, share] = /^Covered at row 1, column 2: 7 (.*) %$/.exec(
      await page.locator('.occlusion figcaption p').textContent());
  assertNear(Number(share) / 100, await shownProbability(page, 7), 0.001);
  await page.evaluate(() => scrollTo(0, 0));
  await drawWithMouse(page, [[[20, 20], [40, 20]]]);
  await page.locator('.occlusion').waitFor({state: 'hidden'});
  await close();
});

test('of a number, each digit', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.locator('#brush').fill('6');
  await drawWithMouse(page, [...placed(digits[4][0], {left: 30, top: 100, size: 80}),
    ...placed(digits[2][0], {left: 160, top: 100, size: 80})]);
  await shows(page, 42);
  await page.click('#inside > summary');
  await page.waitForSelector('.stage.probabilities');
  assert.deepEqual(await page.locator('.choice button').allTextContents(), ['4', '2']);
  assert.ok(await shownProbability(page, 4) > 0.9);
  await page.getByRole('button', {name: 'Digit 2: 2'}).click();
  assert.ok(await shownProbability(page, 2) > 0.9);
  assert.equal(await page.locator('.choice [aria-pressed=true]').textContent(), '2');
  await close();
});

test('MNIST’s own digits, and every one that the network gets wrong', async () => {
  const {misread, digits: samples} = JSON.parse(await readFile(join(siteFolder, 'digits-samples.json'), 'utf8'));
  const card = JSON.parse(await readFile(join(siteFolder, 'digits.json'), 'utf8'));
  assert.equal(misread, card.metrics.test_total - card.metrics.test_correct);
  const {page, errors, close} = await openInside(null);
  const source = page.locator('#inside .source');
  await page.click('text=A test digit of MNIST');
  await source.filter({hasText: 'is labelled'}).waitFor();
  const [, index, label] = /test digit (\d+) is labelled (\d)/.exec(await source.textContent());
  assert.equal(samples.find((each) => each.index === index - 1).label, label);
  assert.ok(await page.locator('.stage.probabilities').isVisible());
  for (let i = 0; i < 5; ++i) {
    const before = await source.textContent();
    await page.click('text=One that it gets wrong');
    await until('another digit', async () => await source.textContent() !== before);
    const [, right, read] = /labelled (\d)\. The network (?:reads (\d)|sees nothing)/.exec(await source.textContent());
    assert.notEqual(read, right);
  }
  const wrong = await page.evaluate(async () => {
    const {Recognizer} = await import('./numeral.js');
    const recognizer = await Recognizer.load();
    const {digits, width, height} = await (await fetch('digits-samples.json')).json();
    return digits.filter(({pixels, label}) => {
      const data = new Uint8ClampedArray(width * height * 4).fill(255);
      [...atob(pixels)].forEach((letter, i) => data.fill(letter.charCodeAt(0), i * 4, i * 4 + 3));
      return String(recognizer.recognize({data, width, height})?.digit) !== label;
    }).length;
  });
  assert.equal(wrong, misread);
  await drawWithMouse(page, placed(digits[5][0]));
  await source.filter({hasText: 'The drawing is read as 5'}).waitFor();
  assert.deepEqual(errors, []);
  await close();
});

test('a model of one’s own', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-inside-'));
  t.after(() => rm(folder, {recursive: true}));
  await cp(siteFolder, folder, {recursive: true});
  await copyFile(join(folder, 'digits.ort'), join(folder, 'mine.ort'));
  await copyFile(join(folder, 'digits.json'), join(folder, 'mine.json'));
  const own = await serve(folder);
  t.after(() => own.close());
  const {page, requests, close} = await openInside(5, {}, `${own.url}?model=mine.ort`);
  assert.ok(requests.includes(`${own.url}mine.ort`));
  assert.ok(await shownProbability(page, 5) > 0.9);
  await close();
});

test('without a network, after one visit', async () => {
  const own = await serve(siteFolder);
  const {page, state, errors, close} = await openReady(browser, own.url);
  await installed(page);
  await own.close();
  await page.reload();
  assert.equal(await state(), 'ready');
  await page.click('#inside > summary');
  await page.click('text=A test digit of MNIST');
  await page.locator('#inside .source', {hasText: 'is labelled'}).waitFor();
  assert.ok(await page.locator('.stage.probabilities').isVisible());
  assert.deepEqual(errors, []);
  await close();
});

test('what could not be loaded is said, and loads another time', async (t) => {
  const broken = await serve(siteFolder, {faults: {'page/inside.css': 'missing', 'digits-samples.json': 'missing'}});
  t.after(() => broken.close());
  const {page, close} = await openReady(browser, broken.url);
  await page.click('#inside > summary');
  await page.locator('#inside > p', {hasText: 'could not be loaded'}).waitFor();
  delete broken.faults['page/inside.css'];
  await page.click('#inside > summary');
  await page.click('#inside > summary');
  await page.click('text=A test digit of MNIST');
  await page.locator('#inside .source', {hasText: 'could not be loaded'}).waitFor();
  delete broken.faults['digits-samples.json'];
  await page.click('text=A test digit of MNIST');
  await page.locator('#inside .source', {hasText: 'is labelled'}).waitFor();
  assert.equal(await page.locator('#inside > p').first().textContent(), '');
  await close();
});

for (const width of [360, 768, 1280]) {
  test(`nothing reaches beyond a window of ${width} pixels`, async () => {
    const {page, close} = await openInside(5, {viewport: {width, height: 640}});
    await page.click('text=What matters here?');
    const canvas = page.locator('.stage.convolution canvas').nth(2);
    for (const choose of [
      () => canvas.click({position: {x: 20, y: 20}}),
      () => page.locator('.stage.scores button').first().click(),
      () => page.locator('.stage.softmax button').first().click(),
    ]) {
      await choose();
      await page.locator('.arithmetic').waitFor();
      assert.equal(await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    }
    await close();
  });
}
