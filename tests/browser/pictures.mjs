// Picture files of every kind, made byte by byte for the tests: valid, unusual, broken and hostile.

import {crc32, deflateSync} from 'node:zlib';
import {digits, placed} from './digits.mjs';

const big = (value, bytes) => Buffer.from(
    Array.from({length: bytes}, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 255));
const little = (value, bytes) => big(value, bytes).reverse();

/** Whether there is ink at a point of a picture with a side of `side` that shows a digit. */
export function inkOfDigit(digit, side) {
  const strokes = placed(digits[digit][0], {left: 0.2, top: 0.2, size: 0.6});
  const isNear = (x, y, [startX, startY], [endX, endY]) => {
    const [dx, dy] = [endX - startX, endY - startY];
    const along = ((x - startX) * dx + (y - startY) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    return Math.hypot(x - startX - t * dx, y - startY - t * dy) < 0.03;
  };
  return (x, y) => strokes.some((stroke) => stroke.slice(1).some(
      (point, i) => isNear((x + 0.5) / side, (y + 0.5) / side, stroke[i], point)));
}

/** A chunk of a PNG file. */
export const chunk = (type, ...data) => {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), ...data]);
  return Buffer.concat([big(content.length - 4, 4), content, big(crc32(content), 4)]);
};

/** The start of a PNG file. `type`: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
export const pngStart = (width, height, {depth = 8, type = 0, interlaced = false} = {}) =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', big(width, 4), big(height, 4), Buffer.from([depth, type, 0, 0, +interlaced]))]);

export const pngEnd = chunk('IEND');

/** Adam7: each pass's first column and row, and its steps. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2],
  [0, 1, 1, 2]];

/** A text of 0s and 1s as bytes; the last one is padded. */
const packed = (bits, filling) => (bits.match(/.{1,8}/g) ?? []).map(
    (byte) => parseInt(byte.padEnd(8, filling), 2));

/** The stored rows of a PNG. `samples(x, y)`: a pixel's samples, each below 2^depth. */
function pngRows(side, samples, depth, interlaced) {
  const bytes = [];
  for (const [left, top, stepX, stepY] of interlaced ? PASSES : [[0, 0, 1, 1]]) {
    for (let y = top; y < side; y += stepY) {
      let bits = '';
      for (let x = left; x < side; x += stepX)
        for (const sample of samples(x, y)) bits += sample.toString(2).padStart(depth, '0');
      bytes.push(0);
      bytes.push(...packed(bits, '0'));
    }
  }
  return Buffer.from(bytes);
}

/**
 * A PNG of a digit, black on white or on transparency.
 * @param {number} digit
 * @param {{depth?: number, type?: number, interlaced?: boolean, isTransparent?: boolean}} kind
 */
export function png(digit, kind = {}) {
  const {depth = 8, type = 0, interlaced = false, isTransparent = false, side = 128} = kind;
  const isInk = inkOfDigit(digit, side);
  const most = 2 ** depth - 1;
  const samples = {
    // Transparent paper is black as well.
    0: (ink) => [ink ? 0 : most],
    2: (ink) => (ink ? [0, 0, 0] : [most, most, most]),
    3: (ink) => [ink ? 0 : 1],
    4: (ink) => (ink ? [0, most] : [0, 0]),
    6: (ink) => (ink ? [0, 0, 0, most] : [0, 0, 0, 0]),
  }[type];
  const paper = Array(3).fill(isTransparent ? 0 : 255);
  const palette = type === 3 ? [chunk('PLTE', Buffer.from([0, 0, 0, ...paper]))] : [];
  const transparent = isTransparent ?
    [chunk('tRNS', type === 3 ? Buffer.from([255, 0]) : big(most, 2))] : [];
  const rows = pngRows(side, (x, y) => samples(isInk(x, y)), depth, interlaced);
  return Buffer.concat([pngStart(side, side, {depth, type, interlaced}), ...palette, ...transparent,
    chunk('IDAT', deflateSync(rows)), pngEnd]);
}

/** An animated PNG of several digits. */
export function animatedPng(shown, side = 128) {
  let sequence = 0;
  const frames = shown.flatMap((digit, i) => {
    const isInk = inkOfDigit(digit, side);
    const data = deflateSync(pngRows(side, (x, y) => [isInk(x, y) ? 0 : 255], 8, false));
    const control = chunk('fcTL', big(sequence++, 4), big(side, 4), big(side, 4), big(0, 8),
        big(1, 2), big(10, 2), Buffer.from([0, 0]));
    return [control, i === 0 ? chunk('IDAT', data) : chunk('fdAT', big(sequence++, 4), data)];
  });
  const animation = chunk('acTL', big(shown.length, 4), big(0, 4));
  return Buffer.concat([pngStart(side, side), animation, ...frames, pngEnd]);
}

/** An animated GIF of several digits, without real compression. */
export function animatedGif(shown, side = 128) {
  const frames = shown.map((digit) => {
    const isInk = inkOfDigit(digit, side);
    const codes = [];
    // A clear code before the table has more than 256 entries keeps all codes at eight bits.
    for (let i = 0; i < side * side; ++i) {
      if (i % 100 === 0) codes.push(128);
      codes.push(isInk(i % side, Math.floor(i / side)) ? 0 : 1);
    }
    codes.push(129);
    const blocks = [];
    for (let i = 0; i < codes.length; i += 255) {
      const block = codes.slice(i, i + 255);
      blocks.push(Buffer.from([block.length, ...block]));
    }
    return Buffer.concat([Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c]), big(0, 4),
      little(side, 2), little(side, 2), Buffer.from([0, 7]), ...blocks, Buffer.from([0])]);
  });
  const colours = Buffer.alloc(128 * 3, 255).fill(0, 0, 3);
  return Buffer.concat([Buffer.from('GIF89a'), little(side, 2), little(side, 2),
    Buffer.from([0xf6, 0, 0]), colours, ...frames, Buffer.from([0x3b])]);
}

/** The picture chunk of a WebP file, without a colour profile. */
function lossy(file) {
  const at = file.indexOf('VP8 ');
  const length = file.readUInt32LE(at + 4);
  return file.subarray(at, at + 8 + length + length % 2);
}

/** An animated WebP; each frame is given as a WebP file. */
export function animatedWebp(pictures, side) {
  const riff = (type, ...parts) => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from(type), little(content.length, 4), content,
      Buffer.alloc(content.length % 2)]);
  };
  const size = Buffer.concat([little(side - 1, 3), little(side - 1, 3)]);
  const frames = pictures.map((picture) => riff('ANMF', big(0, 6), size, little(100, 3),
      Buffer.from([2]), lossy(picture)));
  return riff('RIFF', Buffer.from('WEBP'), riff('VP8X', Buffer.from([2, 0, 0, 0]), size),
      riff('ANIM', Buffer.alloc(6, 255)), ...frames);
}

const segment = (marker, ...content) => {
  const data = Buffer.concat(content);
  return Buffer.concat([Buffer.from([0xff, marker]), big(data.length + 2, 2), data]);
};

/**
 * The tables of a JPEG. Quantised by 8, a block's DC value is its level; a DC code of four bits gives the
 * number of bits that follow; an AC code of one bit is the end of the block.
 */
const JPEG_TABLES = Buffer.concat([
  segment(0xdb, Buffer.from([0]), Buffer.alloc(64, 8)),
  segment(0xc4, Buffer.from([0, 0, 0, 0, 9]), Buffer.alloc(12), Buffer.from([...Array(9).keys()])),
  segment(0xc4, Buffer.from([0x10, 1]), Buffer.alloc(16)),
]);

/** The start of a JPEG file up to its scans. */
export const jpegStart = (width, height, {components = 1, marker = 0xc0} = {}) => Buffer.concat([
  Buffer.from([0xff, 0xd8]),
  // Adobe's segment: without it the meaning of four components is unknown.
  ...components === 4 ? [segment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1'))] : [],
  JPEG_TABLES,
  segment(marker, Buffer.from([8]), big(height, 2), big(width, 2), Buffer.from([components]),
      ...Array.from({length: components}, (_, i) => Buffer.from([i + 1, 0x11, 0]))),
]);

/** A JPEG of a digit, in blocks of one level: 1 component grey, 3 YCbCr, 4 CMYK. */
export function jpeg(digit, components = 1, side = 48) {
  const isInk = inkOfDigit(digit, side);
  // Adobe stores inks inverted: 255 is none.
  const levels = {1: (ink) => [ink ? 20 : 235], 3: (ink) => [ink ? 20 : 235, 128, 128],
    4: (ink) => [255, 255, 255, ink ? 20 : 235]}[components];
  const before = Array(components).fill(0);
  let bits = '';
  for (let i = 0; i < side * side; ++i) {
    levels(isInk(i % side, Math.floor(i / side))).forEach((level, component) => {
      const difference = level - 128 - before[component];
      before[component] = level - 128;
      const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
      const value = difference < 0 ? difference + 2 ** size - 1 : difference;
      bits += size.toString(2).padStart(4, '0');
      if (size) bits += value.toString(2).padStart(size, '0');
      bits += '0';
    });
  }
  // In entropy-coded data, 0 follows 0xff.
  const data = packed(bits, '1').flatMap((byte) => (byte === 255 ? [255, 0] : [byte]));
  const tables = Array.from({length: components}, (_, i) => [i + 1, 0]).flat();
  return Buffer.concat([jpegStart(side * 8, side * 8, {components}),
    segment(0xda, Buffer.from([components, ...tables, 0, 63, 0])), Buffer.from(data),
    Buffer.from([0xff, 0xd9])]);
}

/** A progressive JPEG with so many scans, each nearly empty. */
export function jpegOfScans(scans, width, height) {
  const scan = (spectrum, data) => Buffer.concat(
      [segment(0xda, Buffer.from([1, 1, 0, ...spectrum, 0])), data]);
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const first = scan([0, 0], Buffer.alloc(Math.ceil(blocks / 2)));
  const other = scan([1, 63], Buffer.alloc(Math.ceil(blocks / 8)));
  return Buffer.concat([jpegStart(width, height, {marker: 0xc2}), first,
    ...Array(scans - 1).fill(other), Buffer.from([0xff, 0xd9])]);
}

/** Zeros, compressed by zlib to a thousandth of their size. */
export const zeros = (bytes) => deflateSync(Buffer.alloc(bytes));
