// The recogniser in Chromium gives the answers of the native program, digit for digit.
// Needs NUMERAL_MNIST (a folder with t10k-images-idx3-ubyte) and NUMERAL_RECOGNIZE (the program).

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {launch, open, serve, siteFolder} from './support.mjs';

const {NUMERAL_MNIST: mnist, NUMERAL_RECOGNIZE: program} = process.env;
const COUNT = 1000;
const SIZE = 28;
const TOLERANCE = 1e-4;

/** The first test images: SIZE x SIZE bytes each, light ink on black. */
async function readImages() {
  const content = await readFile(join(mnist, 't10k-images-idx3-ubyte'));
  assert.equal(content.readUInt32BE(0), 0x803, 'the magic number of IDX images');
  const bytes = SIZE * SIZE;
  const start = (i) => 16 + i * bytes;
  return Array.from({length: COUNT}, (_, i) => content.subarray(start(i), start(i + 1)));
}

async function recognizeNatively(images) {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-parity-'));
  try {
    const header = Buffer.from(`P5\n${SIZE} ${SIZE}\n255\n`);
    const files = images.map((_, i) => join(folder, `${i}.pgm`));
    await Promise.all(files.map((file, i) => writeFile(file, Buffer.concat([header, images[i]]))));
    const {stdout} = await promisify(execFile)(program, ['--json', ...files], {maxBuffer: 1 << 26});
    return stdout.trim().split('\n').map((line) => JSON.parse(line));
  } finally {
    await rm(folder, {recursive: true});
  }
}

async function recognizeInChromium(images) {
  const [browser, server] = await Promise.all([launch(), serve(siteFolder)]);
  try {
    const {page} = await open(browser, `${server.url}page/style.css`);
    return await page.evaluate(async ({base64, count, size}) => {
      const {Recognizer} = await import('/numeral.js');
      const recognizer = await Recognizer.load();
      const grey = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return Array.from({length: count}, (_, i) => {
        const image = new ImageData(size, size);
        for (let pixel = 0; pixel < size * size; ++pixel) {
          const level = grey[i * size * size + pixel];
          image.data.set([level, level, level, 255], pixel * 4);
        }
        const {digit, probabilities} = recognizer.read(image).digits[0];
        return {digit, probabilities: [...probabilities]};
      });
    }, {base64: Buffer.concat(images).toString('base64'), count: COUNT, size: SIZE});
  } finally {
    await Promise.all([browser.close(), server.close()]);
  }
}

const skip = mnist && program ? false : 'NUMERAL_MNIST and NUMERAL_RECOGNIZE are not set';

test(`wasm in Chromium against native, ${COUNT} MNIST test images`, {skip}, async (t) => {
  const images = await readImages();
  const native = await recognizeNatively(images);
  const chromium = await recognizeInChromium(images);
  assert.equal(native.length, COUNT);

  let largest = 0;
  for (let i = 0; i < COUNT; ++i) {
    assert.equal(chromium[i].digit, native[i].digit, `test image ${i}`);
    native[i].probabilities.forEach((share, digit) => {
      largest = Math.max(largest, Math.abs(share - chromium[i].probabilities[digit]));
    });
  }
  t.diagnostic(`largest difference of a probability: ${largest.toExponential(2)}`);
  assert.ok(largest <= TOLERANCE, `probabilities differ by up to ${largest}`);
});
