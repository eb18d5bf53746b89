// Components with the pad in tests of their own, in vitest's two simulated browsers.

import {test} from 'node:test';
import {mkdir, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {installed, node22, project, run} from './support.mjs';

/** How a package's user gives pad and recogniser their files. */
const BEGIN = `
  import {expect, test} from 'vitest';
  import {readFile} from 'node:fs/promises';
  import {NumeralError, Recognizer} from 'numeral-recognizer';
  import {NumeralPad} from 'numeral-recognizer/numeral-pad';

  const file = (name) => readFile('node_modules/numeral-recognizer/' + name);
  NumeralPad.load = async () =>
    Recognizer.load({wasm: await file('numeral.wasm'), model: await file('digits.ort')});`;

/** jsdom and happy-dom have no canvas; the last test gives them one that has a 1. */
const WITHOUT_CANVAS = `${BEGIN}

  test('it renders and says that there is no canvas', async () => {
    const form = document.createElement('form');
    document.body.append(form);
    const failed = new Promise((resolve) => form.addEventListener('error', resolve, true));
    form.innerHTML = '<label>Floor <numeral-pad name="floor" value="12" required></numeral-pad></label>';
    const pad = form.querySelector('numeral-pad');
    expect(pad).toBeInstanceOf(NumeralPad);
    expect(pad.value).toBe('12');
    const {error} = await failed;
    expect(error).toBeInstanceOf(NumeralError);
    expect(error.message).toMatch(/no canvas/);
    pad.value = '7';
    expect(pad.value).toBe('7');
    expect(pad.predict()).toBe(null);
    pad.clear();
    expect(pad.value).toBe('');
    form.remove();
  });

  test('the recogniser reads', async () => {
    const data = new Uint8ClampedArray(100 * 100 * 4).fill(255);
    for (let y = 15; y < 85; ++y)
      for (let x = 46; x < 54; ++x) data.set([0, 0, 0, 255], (y * 100 + x) * 4);
    const recognizer = await NumeralPad.load();
    expect(recognizer.read({width: 100, height: 100, data}).text).toBe('1');
  });`;

for (const environment of ['jsdom', 'happy-dom']) {
  test(environment, async (t) => {
    const root = await project(t, `vitest-${environment}`, {files: {'pad.test.js': WITHOUT_CANVAS}});
    await run(node22, [installed('vitest/vitest.mjs'), 'run', '--environment', environment], {cwd: root});
  });
}

/** With a canvas a simulated pen draws; no simulated browser has a layout, so its positions are the pad's. */
const WITH_CANVAS = `
  import * as canvas from '@napi-rs/canvas';
  globalThis.Path2D ??= canvas.Path2D;
  // jsdom takes the package by itself.
  const canvases = new WeakMap();
  if (globalThis.happyDOM) happyDOM.settings.canvasAdapter = {
    getContext({canvas: element}) {
      const {width, height} = element;
      if (!canvases.has(element)) canvases.set(element, canvas.createCanvas(width, height).getContext('2d'));
      return canvases.get(element);
    },
  };
  ${BEGIN}

  test('what is drawn is read', async () => {
    document.body.innerHTML = '<numeral-pad></numeral-pad>';
    const pad = document.querySelector('numeral-pad');
    const surface = pad.shadowRoot.querySelector('canvas');
    const point = (type, clientX, clientY) => surface.dispatchEvent(new PointerEvent(type,
      {pointerId: 1, isPrimary: true, bubbles: true, button: 0, buttons: 1, clientX, clientY}));
    const read = new Promise((resolve) => pad.addEventListener('change', resolve, {once: true}));
    point('pointerdown', 80, 60);
    for (const [x, y] of [[130, 60], [190, 60], [160, 130], [130, 220]]) point('pointermove', x, y);
    point('pointerup', 130, 220);
    await read;
    expect(pad.value).toBe('7');
  });`;

for (const environment of ['jsdom', 'happy-dom']) {
  test(`${environment} with a canvas`, async (t) => {
    const root = await project(t, `vitest-canvas-${environment}`, {files: {'pad.test.js': WITH_CANVAS}});
    const packages = join(root, 'node_modules');
    await mkdir(join(packages, '@napi-rs'));
    await symlink(installed('napi-canvas'), join(packages, '@napi-rs/canvas'));
    await run(node22, [installed('vitest/vitest.mjs'), 'run', '--environment', environment],
        {cwd: root, env: {NODE_PATH: packages}});
  });
}
