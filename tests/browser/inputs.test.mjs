// One way in: page, <numeral-pad>, `read`, `recognize` and the command line prepare the same pixels in the
// same way. The network's inputs are compared; the command line prints none, so its probabilities are.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {digits, placed} from './digits.mjs';
import {photograph} from './photographs.mjs';
import {drawWithMouse, launchAndServe, open, openReady} from './support.mjs';

const {NUMERAL_RECOGNIZE: program} = process.env;

const {browser, server} = await launchAndServe();

/** The network's input as the page shows it: 28 x 28 levels of white, 0 to 255. */
const shownInput = (page) => page.evaluate(() => {
  const {data} = document.getElementById('seen').getContext('2d').getImageData(0, 0, 28, 28);
  return [...data.filter((_, i) => i % 4 === 3)];
});

/** What `recognize` and `read` make of a canvas. */
const answersOf = (page, canvas) => page.locator(canvas).evaluate(async (canvas) => {
  const {Recognizer} = await import('/numeral.js');
  const recognizer = await Recognizer.load();
  const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const {input, probabilities} = recognizer.recognize(image);
  const [read] = recognizer.read(image).digits;
  recognizer.dispose();
  return {
    image: {width: image.width, height: image.height, data: [...image.data]},
    recognized: [...input],
    read: [...read.input],
    probabilities: [...probabilities],
  };
}, canvas);

/** As the page's canvas rounds it. */
const levels = (input) => input.map((value) => Math.round(value * 255));

const differsByOne = (a, b) => a.every((level, i) => Math.abs(level - b[i]) <= 1);

test('the page, recognize and read', async () => {
  const {page, close} = await openReady(browser, server.url);
  for (const digit of [2, 4, 7]) {
    await page.click('#clear');
    await drawWithMouse(page, placed(digits[digit][0]));
    await page.locator('#result', {hasText: String(digit)}).waitFor();
    const {recognized, read} = await answersOf(page, '#pad');
    assert.deepEqual(read, recognized);
    assert.ok(differsByOne(await shownInput(page), levels(recognized)), `a ${digit} on the page`);
  }
  await close();
});

test('<numeral-pad>', async () => {
  // Without its border the pad has as many pixels on this screen as are read.
  const body = '<!doctype html><style>::part(pad) { border: 0 }</style>' +
      '<numeral-pad></numeral-pad><script type="module" src="numeral-pad.js"></script>';
  const {page, close} = await open(browser, `${server.url}host.html`, {
    setUp: (page) => page.route('**/host.html', (route) => route.fulfill({body, contentType: 'text/html'})),
  });
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await drawWithMouse(page, placed(digits[5][0]), {canvas: 'numeral-pad >> canvas'});
  await page.waitForFunction(() => document.querySelector('numeral-pad').value === '5');
  const input = await page.evaluate(() => [...document.querySelector('numeral-pad').predict().digits[0].input]);
  const {recognized} = await answersOf(page, 'numeral-pad >> canvas');
  assert.deepEqual(input, recognized);
  await close();
});

test('a photo on the page and the recogniser\'s own clean', async () => {
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, placed(digits[3][0]));
  const {base64, input} = await page.evaluate(async () => {
    const {Recognizer} = await import('/numeral.js');
    const recognizer = await Recognizer.load();
    const pad = document.getElementById('pad');
    const canvas = new OffscreenCanvas(600, 400);
    const context = canvas.getContext('2d');
    context.fillStyle = '#dddddd';
    context.fillRect(0, 0, 600, 400);
    context.drawImage(pad, 150, 60, 280, 280);
    const {input} = recognizer.read(recognizer.clean(context.getImageData(0, 0, 600, 400))).digits[0];
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    return {base64: btoa(String.fromCharCode(...bytes)), input: [...input]};
  });
  await page.click('#clear');
  await page.setInputFiles('#file',
      {name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64')});
  await page.locator('#photo:visible').waitFor();
  await page.locator('#result', {hasText: '3'}).waitFor();
  assert.ok(differsByOne(await shownInput(page), levels(input)));
  await close();
});

test('a photograph, cleaned before or not, and on the command line', async (t) => {
  const {page, close} = await openReady(browser, server.url);
  const photo = await photograph(page, '58', {noise: 6, shade: 0.4, lines: '#9fb4d8', type: 'image/png'});
  const answers = await page.evaluate(async (base64) => {
    const {Recognizer} = await import('/numeral.js');
    const recognizer = await Recognizer.load();
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const readings = [image, recognizer.clean(image)].map((picture) => recognizer.read(picture));
    recognizer.dispose();
    return readings.map(({text, accepted, turned, digits}) =>
      ({text, accepted, turned, inputs: digits.map(({input}) => [...input])}));
  }, photo.toString('base64'));
  assert.equal(answers[0].text, '58');
  assert.equal(answers[0].accepted, true);
  assert.equal(answers[0].turned, 0);
  assert.deepEqual(answers[0], answers[1]);
  if (program) {
    const folder = await mkdtemp(join(tmpdir(), 'numeral-inputs-'));
    t.after(() => rm(folder, {recursive: true}));
    const file = join(folder, 'photo.png');
    await writeFile(file, photo);
    const {stdout} = await promisify(execFile)(program, [file]);
    assert.equal(stdout, 'Predicted Number: 58\n');
  }
  await close();
});

const skip = program ? false : 'NUMERAL_RECOGNIZE is not set';

test('the command line', {skip}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-inputs-'));
  t.after(() => rm(folder, {recursive: true}));
  const {page, close} = await openReady(browser, server.url);
  await drawWithMouse(page, placed(digits[8][0]));
  const {image: {width, height, data}, probabilities} = await answersOf(page, '#pad');
  // Dark ink by how opaque it is: what the recogniser makes of ink on transparency.
  const grey = Buffer.from(data.filter((_, i) => i % 4 === 3).map((alpha) => 255 - alpha));
  const file = join(folder, 'pad.pgm');
  await writeFile(file, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), grey]));
  const {stdout} = await promisify(execFile)(program, ['--json', file]);
  const native = JSON.parse(stdout).probabilities;
  const largest = Math.max(...native.map((share, digit) => Math.abs(share - probabilities[digit])));
  assert.ok(largest < 0.01, `probabilities differ by up to ${largest}`);
  await close();
});
