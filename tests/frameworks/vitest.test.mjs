// Components with the pad in tests of their own, in vitest's two simulated browsers.

import {test} from 'node:test';
import {installed, node22, project, run} from './support.mjs';

/** What a package's user may test. jsdom and happy-dom have no canvas; the last test gives them one that has a 1. */
const TEST = `
  import {expect, test} from 'vitest';
  import {readFile} from 'node:fs/promises';
  import {NumeralError, Recognizer} from 'numeral-recognizer';
  import {NumeralPad} from 'numeral-recognizer/numeral-pad';

  const file = (name) => readFile('node_modules/numeral-recognizer/' + name);
  NumeralPad.load = async () =>
    Recognizer.load({wasm: await file('numeral.wasm'), model: await file('digits.ort')});

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
    const root = await project(t, `vitest-${environment}`, {files: {'pad.test.js': TEST}});
    await run(node22, [installed('vitest/vitest.mjs'), 'run', '--environment', environment], {cwd: root});
  });
}
