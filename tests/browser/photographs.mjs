// Photographs of writing on paper, made for the tests: uneven light, noise, blur, lines.

import {digits, placed} from './digits.mjs';

/**
 * What a photograph is like; all lengths are shares of the picture's width.
 * @typedef {object} Effects
 * @property {string} [paper] colour
 * @property {string} [ink] colour
 * @property {number} [pen] width of the strokes
 * @property {number} [size] of the writing's digits
 * @property {number} [turn] of the paper, in degrees
 * @property {number} [shade] how much darker its far corner is, 0 to 1
 * @property {number} [noise] standard deviation of the levels, of 255
 * @property {number} [blur] radius, in pixels
 * @property {string} [lines] colour of ruled lines
 * @property {boolean} [squares] upright lines as well
 * @property {number} [width] in pixels
 * @property {number} [height]
 * @property {string} [type] of the file
 */

/** Strokes of a number, or of several in rows, in the middle of a unit square. */
function strokesOf(text, size) {
  const step = size * 1.05, rowStep = size * 1.3;
  const rows = text.split('\n');
  const left = 0.5 - (step * Math.max(...rows.map(({length}) => length))) / 2;
  const top = 0.5 - size / 2 - (rowStep * (rows.length - 1)) / 2;
  return rows.flatMap((row, index) => [...row].flatMap((digit, i) =>
    placed(digits[digit][0], {left: left + i * step, top: top + index * rowStep, size})));
}

/**
 * Makes a photograph of a number in the browser.
 * @param {import('playwright-core').Page} page
 * @param {string} number or several, joined by newlines
 * @param {Effects} effects
 * @returns {Promise<Buffer>} the file
 */
export async function photograph(page, number, effects = {}) {
  const options = {
    paper: '#e8e4da', ink: '#22283c', pen: 0.012, size: 0.22, turn: 0, shade: 0, noise: 0, blur: 0,
    lines: null, squares: false, width: 1000, height: 750, type: 'image/jpeg', ...effects,
  };
  const base64 = await page.evaluate(draw, {strokes: strokesOf(number, options.size), options});
  return Buffer.from(base64, 'base64');
}

/** Opens a photograph of a number in the page. */
export async function openPhotograph(page, number, effects) {
  const buffer = await photograph(page, number, effects);
  await page.setInputFiles('#file', {name: 'photo.jpg', mimeType: 'image/jpeg', buffer});
}

/** Runs in the page. */
async function draw({strokes, options}) {
  const {paper, ink, pen, turn, shade, noise, blur, lines, squares, width, height, type} = options;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.filter = blur ? `blur(${blur}px)` : 'none';
  context.translate(width / 2, height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.scale(width, width);
  context.translate(-0.5, -0.5);

  if (lines) {
    context.strokeStyle = lines;
    context.lineWidth = 0.0025;
    context.beginPath();
    for (let at = -0.49; at < 1.5; at += 0.07) {
      context.moveTo(-0.5, at);
      context.lineTo(1.5, at);
      if (squares) {
        context.moveTo(at, -0.5);
        context.lineTo(at, 1.5);
      }
    }
    context.stroke();
  }
  context.strokeStyle = ink;
  context.lineWidth = pen;
  context.lineCap = context.lineJoin = 'round';
  for (const [[x, y], ...rest] of strokes) {
    context.beginPath();
    context.moveTo(x, y);
    for (const [nextX, nextY] of rest) context.lineTo(nextX, nextY);
    context.stroke();
  }

  context.resetTransform();
  context.filter = 'none';
  if (shade) {
    const light = context.createLinearGradient(0, 0, width, height);
    light.addColorStop(0, 'rgb(0 0 0 / 0)');
    light.addColorStop(1, `rgb(0 0 0 / ${shade})`);
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
  }
  if (noise) {
    const picture = context.getImageData(0, 0, width, height);
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let i = 0; i < picture.data.length; i += 4) {
      // The sum of three uniform values is nearly normal.
      const grain = (random() + random() + random() - 1.5) * 2 * noise;
      for (let channel = 0; channel < 3; ++channel) picture.data[i + channel] += grain;
    }
    context.putImageData(picture, 0, 0);
  }
  const blob = await canvas.convertToBlob({type, quality: 0.8});
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** A JPEG file with the EXIF orientation flag 1 to 8. @param {Buffer} jpeg */
export function withOrientation(jpeg, orientation) {
  const tiff = Buffer.from([
    0x4d, 0x4d, 0, 42, 0, 0, 0, 8, // big-endian; the first directory follows
    0, 1, // of one entry
    0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // orientation, a short
    0, 0, 0, 0, // no other directory
  ]);
  const content = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const length = content.length + 2;
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 255]), content]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}
