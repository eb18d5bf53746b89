// Picture files of every kind as photographs, in both browsers: a correct answer or an error message, and
// the page keeps working.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {
  animatedGif, animatedPng, animatedWebp, chunk, jpeg, jpegOfScans, jpegStart, png, pngEnd,
  pngStart, zeros,
} from './pictures.mjs';
import {launch, launchFirefox, openReady, serve, siteFolder} from './support.mjs';
import {installed} from './versions.mjs';

let server;
const browsers = {};
before(async () => {
  [browsers.Chromium, browsers.Firefox, server] =
      await Promise.all([launch(), launchFirefox(), serve(siteFolder)]);
});
after(() => Promise.all([...Object.values(browsers), server].map((each) => each?.close())));

/** Opens a file and returns the page's final answer or message. */
async function read(page, buffer, {name = 'photo.png', mimeType = 'image/png'} = {}) {
  await page.setInputFiles('#file', {name, mimeType, buffer});
  await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown))));
  const result = await page.waitForFunction(() => {
    const text = document.getElementById('result').textContent;
    return text !== texts.photoReading && text;
  });
  return result.jsonValue();
}

/** Pictures of a digit. */
const GOOD = {
  'grey, 1 bit': (digit) => png(digit, {depth: 1}),
  'grey, 2 bits': (digit) => png(digit, {depth: 2}),
  'grey, 4 bits': (digit) => png(digit, {depth: 4}),
  'grey, 16 bits': (digit) => png(digit, {depth: 16}),
  'grey with alpha': (digit) => png(digit, {type: 4}),
  'grey with alpha, 16 bits, interlaced':
    (digit) => png(digit, {type: 4, depth: 16, interlaced: true}),
  'grey, one level transparent': (digit) => png(digit, {isTransparent: true}),
  'RGB, 16 bits': (digit) => png(digit, {type: 2, depth: 16}),
  'RGBA, black on nothing': (digit) => png(digit, {type: 6}),
  'RGBA, 16 bits': (digit) => png(digit, {type: 6, depth: 16}),
  'palette, 1 bit, interlaced': (digit) => png(digit, {type: 3, depth: 1, interlaced: true}),
  'palette with transparency': (digit) => png(digit, {type: 3, isTransparent: true}),
  'interlaced': (digit) => png(digit, {interlaced: true}),
  'animated PNG': (digit) => animatedPng([digit, 1, 4]),
  'animated GIF': (digit) => animatedGif([digit, 1, 4]),
  'grey JPEG': (digit) => jpeg(digit, 1),
  'JPEG': (digit) => jpeg(digit, 3),
  'CMYK JPEG': (digit) => jpeg(digit, 4),
  'huge data in other chunks': (digit) => {
    const whole = png(digit);
    const bomb = Buffer.concat([Buffer.from('x\0\0'), zeros(200 << 20)]);
    return Buffer.concat(
        [whole.subarray(0, 33), chunk('iCCP', bomb), chunk('zTXt', bomb), whole.subarray(33)]);
  },
  'more data than the picture takes': (digit) => {
    const start = pngStart(128, 128);
    const more = chunk('IDAT', zeros(200 << 20));
    return Buffer.concat([start, png(digit).subarray(33, -12), more, pngEnd]);
  },
};

/** Files that are no pictures. */
const BAD = {
  'empty': Buffer.alloc(0),
  'text': Buffer.from('words'),
  'HTML': Buffer.from('<!doctype html><script>fetch("stolen")</script>'),
  '0 x 0': Buffer.concat([pngStart(0, 0), chunk('IDAT', zeros(0)), pngEnd]),
  'a JPEG that says nothing': Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xd9]),
  'scans without end': jpegOfScans(1000, 512, 512),
};

/** Small files that claim more pixels than are allowed. */
const LARGE = {
  '22000 by 22000': Buffer.concat([pngStart(22000, 22000), chunk('IDAT', zeros(1000)), pngEnd]),
  '4294967295 by 1': pngStart(0xffffffff, 1),
  '65535 by 65535': jpegStart(65535, 65535),
  '60000 by 50000': Buffer.concat([Buffer.from('GIF89a'), Buffer.from([0x60, 0xea, 0x50, 0xc3]),
    Buffer.from([0, 0, 0, 0x3b])]),
};

const unreadable = (name) =>
  `${name}: this is no picture that the browser can read. Use PNG, JPEG or WebP.`;

for (const which of ['Chromium', 'Firefox']) {
  test(`${which}: every kind of picture is read`, async () => {
    const opened = await openReady(browsers[which], server.url);
    // A different digit each time, so that an old answer is noticed.
    for (const [i, [kind, make]] of Object.entries(GOOD).entries()) {
      const digit = i % 2 ? 7 : 5;
      assert.equal(await read(opened.page, make(digit)), String(digit), kind);
    }
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });

  test(`${which}: what is no picture is refused, and the next one is read`, async () => {
    const opened = await openReady(browsers[which], server.url);
    const {page} = opened;
    for (const [kind, buffer] of Object.entries(BAD))
      assert.equal(await read(page, buffer, {name: 'bad.png'}), unreadable('bad.png'), kind);
    for (const [size, buffer] of Object.entries(LARGE)) {
      assert.equal(await read(page, buffer, {name: 'large.png'}), `large.png: ${size} pixels are ` +
          'too many for a photo. Use one of at most 100 megapixels.');
    }
    assert.equal(await read(page, png(5)), '5');
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });

  test(`${which}: a picture that is cut off is read as far as it goes, or refused`, async () => {
    const {page, close, errors} = await openReady(browsers[which], server.url);
    const orRefused = /^\d+$|^photo.png: this is no picture|^Nothing written/;
    const large = Buffer.from('\x7f\xff\xff\xffIDATx', 'latin1');
    assert.match(await read(page, Buffer.concat([pngStart(28, 28), large])), orRefused,
        'a chunk of 2 GB');
    for (const whole of [png(7), jpeg(7, 3), animatedGif([7, 1])]) {
      for (const share of [0.02, 0.3, 0.6, 0.9, 0.99]) {
        const part = whole.subarray(0, Math.floor(whole.length * share));
        assert.match(await read(page, part), orRefused);
      }
      const broken = Buffer.from(whole);
      for (let i = 300; i < broken.length; i += 97) broken[i] ^= 0x55;
      assert.match(await read(page, broken), orRefused);
    }
    assert.equal(await read(page, png(5)), '5');
    assert.deepEqual(errors, []);
    await close();
  });

  test(`${which}: as narrow and as small as can be`, async () => {
    const {page, close, errors} = await openReady(browsers[which], server.url);
    for (const [width, height] of [[1, 1], [1, 100000], [100000, 1]]) {
      const file = Buffer.concat(
          [pngStart(width, height), chunk('IDAT', zeros((width + 1) * height)), pngEnd]);
      // Firefox has no pictures with a side of more than 32767 pixels.
      assert.match(await read(page, file), /^Nothing written|^photo.png: this is no picture/);
    }
    assert.equal(await read(page, png(5)), '5');
    assert.deepEqual(errors, []);
    await close();
  });

  test(`${which}: an SVG is refused, and nothing in it runs or is fetched`, async () => {
    const opened = await openReady(browsers[which], server.url);
    const {page, requests} = opened;
    await read(page, png(5));
    // The page's own requests are over.
    await installed(page);
    const other = await serve(siteFolder);
    const svg = (content, side = 300) => Buffer.from('<?xml version="1.0"?>' +
        `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
        `width="${side}" height="${side}" onload="fetch('${other.url}onload')">${content}</svg>`);
    const before = [requests.length, server.requested.length];
    for (const content of [
      '<path d="M90 60h120L120 250" stroke="#000" stroke-width="20" fill="none"/>',
      `<script>fetch("${other.url}script"); parent.document.title = 'hacked';</script>`,
      `<image xlink:href="${other.url}icon.svg" width="300" height="300"/>` +
        `<style>@import url("${other.url}page/style.css");</style>` +
        `<use href="${other.url}icon.svg#a"/>`,
      `<foreignObject width="300" height="300"><iframe xmlns="http://www.w3.org/1999/xhtml" ` +
        `src="${other.url}"/></foreignObject>`,
    ]) {
      for (const [name, mimeType] of [['a.svg', 'image/svg+xml'], ['a.png', 'image/png']])
        assert.equal(await read(page, svg(content), {name, mimeType}), unreadable(name));
    }
    assert.equal(await read(page, svg('', 1e6), {name: 'a.svg', mimeType: 'image/svg+xml'}),
        unreadable('a.svg'));
    assert.equal(await read(page, png(5)), '5');
    // This request comes after any that the pictures may have caused.
    const last = await opened.context.newPage();
    await last.goto(`${other.url}page/start.js`);
    // Firefox asks for a page's icon as well.
    assert.deepEqual(other.requested.filter((name) => name !== 'favicon.ico'), ['page/start.js']);
    assert.deepEqual([requests.length, server.requested.length], before);
    assert.equal(await page.title(), 'Numeral');
    assert.deepEqual(opened.errors, []);
    await Promise.all([opened.close(), other.close()]);
  });
}

test('the first picture of an animated WebP is read', async () => {
  const {page, close} = await openReady(browsers.Chromium, server.url);
  const side = 128;
  const frames = [];
  for (const digit of [7, 1]) {
    const base64 = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext('2d', {alpha: false}).drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({type: 'image/webp', quality: 0.8});
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    }, png(digit, {side}).toString('base64'));
    frames.push(Buffer.from(base64, 'base64'));
  }
  const file = animatedWebp(frames, side);
  assert.equal(await read(page, frames[1]), '1');
  assert.equal(await read(page, file), '7');
  await close();
});
