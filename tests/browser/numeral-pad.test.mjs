// <numeral-pad> in the forms of other pages.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, open, until} from './support.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const {browser, server} = await launchAndServe();

/** Opens another page with a form of this content. */
async function openForm(content, {files = '**/host.html', ...options} = {}) {
  const html = `<!doctype html><html lang="en"><title>A form</title><main><h1>A form</h1>
    <form action="sent.html">${content}<button id="send">Send</button></form></main>
    <script type="module" src="numeral-pad.js"></script></html>`;
  const opened = await open(browser, `${server.url}host.html`, {
    ...options,
    setUp: async (page) => {
      for (const file of [files, '**/sent.html*'])
        await page.route(file, (route) => route.fulfill({body: html, contentType: 'text/html'}));
    },
  });
  await opened.page.waitForFunction(() => customElements.get('numeral-pad'));
  await opened.page.evaluate(() => {
    globalThis.heard = [];
    for (const type of ['input', 'change', 'predict'])
      document.addEventListener(type, ({target, detail}) => {
        globalThis.heard.push([type, target.value, detail?.text].filter((part) => part !== undefined));
      });
  });
  return opened;
}

/** Draws into a pad with the mouse. */
const draw = (page, strokes, pad = 'numeral-pad') =>
  drawWithMouse(page, strokes, {canvas: `${pad} >> canvas`});

const valueIs = (page, value, selector = 'numeral-pad') => page.waitForFunction(
    ([selector, value]) => document.querySelector(selector).value === value, [selector, value]);

const ASTERISK = [[[40, 40], [240, 240]], [[240, 40], [40, 240]], [[140, 20], [140, 260]]];

test('what is drawn is sent with the form', async () => {
  const opened = await openForm('<label>Floor <numeral-pad name="floor"></numeral-pad></label>');
  const {page} = opened;
  await draw(page, placed(digits[7][0]));
  await valueIs(page, '7');
  assert.equal(await page.evaluate(() => new FormData(document.forms[0]).get('floor')), '7');
  await page.click('#send');
  await page.waitForURL('**/sent.html?floor=7');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('rows are lines of its value', async () => {
  const opened = await openForm('<numeral-pad name="n" brush="7"></numeral-pad>');
  const {page} = opened;
  await draw(page, [...placed(digits[4][0], {left: 40, top: 20, size: 80}),
    ...placed(digits[2][0], {left: 140, top: 20, size: 80}),
    ...placed(digits[7][0], {left: 40, top: 160, size: 80})]);
  await valueIs(page, '42\n7');
  const shown = await page.locator('numeral-pad >> output').innerText();
  assert.equal(shown.trim(), '42\n7');
  await page.click('numeral-pad >> text=Predict');
  const lines = await page.evaluate(() => document.querySelector('numeral-pad').predict().lines
      .map(({text}) => text));
  assert.deepEqual(lines, ['42', '7']);
  await opened.close();
});

test('input while the value changes, change after a stroke, predict when asked', async () => {
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  await draw(page, placed(digits[1][0]));
  await valueIs(page, '1');
  await page.click('numeral-pad >> text=Predict');
  await page.click('numeral-pad >> text=Clear');
  await valueIs(page, '');
  const heard = await page.evaluate(() => globalThis.heard);
  assert.equal(heard.filter(([type]) => type === 'predict').length, 1);
  assert.deepEqual(heard.find(([type]) => type === 'predict'), ['predict', '1', '1']);
  const changes = heard.filter(([type]) => type === 'change');
  assert.deepEqual(changes, [['change', '1'], ['change', '']]);
  assert.deepEqual(heard.filter(([type]) => type === 'input').at(-1), ['input', '']);
  await close();
});

test('required, not sure, and one\'s own message', async () => {
  const {page, close} = await openForm('<numeral-pad name="n" required></numeral-pad>');
  const state = () => page.evaluate(() => {
    const pad = document.querySelector('numeral-pad');
    const {valueMissing, badInput, customError, valid} = pad.validity;
    return {valueMissing, badInput, customError, valid, message: pad.validationMessage};
  });
  assert.deepEqual(await state(), {
    valueMissing: true, badInput: false, customError: false, valid: false, message: 'Draw a digit.',
  });
  await page.click('#send');
  assert.match(page.url(), /host\.html$/, 'it is not sent without');
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'numeral-pad');

  await draw(page, ASTERISK);
  await page.waitForFunction(() => document.querySelector('numeral-pad').validity.badInput);
  assert.equal(await page.evaluate(() => document.querySelector('numeral-pad').value), '');
  await page.click('numeral-pad >> text=Clear');
  await draw(page, placed(digits[4][0]));
  await valueIs(page, '4');
  // Between two strokes it is still reading.
  await page.waitForFunction(() => document.querySelector('numeral-pad').validity.valid);
  await page.evaluate(() => document.querySelector('numeral-pad').setCustomValidity('No fours.'));
  assert.equal((await state()).message, 'No fours.');
  assert.equal((await state()).customError, true);
  await close();
});

test('a value, and a reset to it', async () => {
  const {page, close} = await openForm('<numeral-pad name="n" value="3"></numeral-pad>');
  const written = () => page.locator('numeral-pad >> output').textContent();
  assert.equal(await written(), '3');
  assert.equal(await page.evaluate(() => new FormData(document.forms[0]).get('n')), '3');
  await draw(page, placed(digits[6][0]));
  await valueIs(page, '6');
  await page.evaluate(() => document.forms[0].reset());
  await valueIs(page, '3');
  assert.equal(await written(), '3');
  await page.evaluate(() => { document.querySelector('numeral-pad').value = 12; });
  assert.equal(await written(), '12');
  await page.evaluate(() => document.querySelector('numeral-pad').clear());
  await valueIs(page, '');
  await close();
});

test('whoever comes back to the form finds what was read', async () => {
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  await draw(page, placed(digits[7][0]));
  await valueIs(page, '7');
  await page.click('#send');
  await page.waitForURL('**/sent.html?n=7');
  await page.goBack();
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  assert.match(page.url(), /host\.html$/);
  await valueIs(page, '7');
  assert.equal(await page.locator('numeral-pad >> output').textContent(), '7');
  assert.equal(await page.evaluate(() => new FormData(document.forms[0]).get('n')), '7');
  await close();
});

test('the brush is from above 0 to 60 pixels wide, and else the usual one', async () => {
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  for (const [brush, expected] of [
    ['2', 2], ['60', 60], ['61', 14], ['0', 14], ['-5', 14], ['wide', 14], ['Infinity', 14], [null, 14],
  ]) {
    await page.click('numeral-pad >> text=Clear');
    await page.evaluate((brush) => {
      const pad = document.querySelector('numeral-pad');
      if (brush === null) pad.removeAttribute('brush');
      else pad.setAttribute('brush', brush);
    }, brush);
    await draw(page, [[[140, 80], [140, 200]]]);
    const width = await page.locator('numeral-pad >> canvas').evaluate((canvas) => {
      const row = canvas.getContext('2d').getImageData(0, canvas.height / 2, canvas.width, 1).data;
      return row.filter((level, i) => i % 4 === 3 && level > 127).length;
    });
    assert.equal(width, expected, `brush="${brush}"`);
  }
  await close();
});

test('change waits for the end of the stroke', async () => {
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  const heard = async (wanted) =>
    (await page.evaluate(() => globalThis.heard)).filter(([type]) => type === wanted);
  const {x, y} = await page.locator('numeral-pad >> canvas').boundingBox();
  await page.mouse.move(x + 140, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + 140, y + 230, {steps: 4});
  await valueIs(page, '1');
  assert.deepEqual((await heard('input')).at(-1), ['input', '1']);
  assert.deepEqual(await heard('change'), []);
  await page.mouse.up();
  await until('change', async () => (await heard('change')).length > 0);
  await page.click('numeral-pad >> text=Predict');
  assert.deepEqual(await heard('change'), [['change', '1']]);
  await close();
});

test('disabled by itself and by its fieldset', async () => {
  const {page, close} = await openForm(`<numeral-pad id="a" name="a" value="1" disabled></numeral-pad>
    <fieldset><numeral-pad id="b" name="b" value="2"></numeral-pad></fieldset>`);
  const sent = () => page.evaluate(() => [...new FormData(document.forms[0])]);
  assert.deepEqual(await sent(), [['b', '2']]);
  await page.evaluate(() => { document.querySelector('fieldset').disabled = true; });
  assert.deepEqual(await sent(), []);
  await draw(page, placed(digits[6][0]), '#b');
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await page.evaluate(() => document.querySelector('#b').value), '2');
  await page.evaluate(() => {
    document.querySelector('fieldset').disabled = false;
    document.querySelector('#a').disabled = false;
  });
  await draw(page, placed(digits[6][0]), '#a');
  await valueIs(page, '6', '#a');
  await close();
});

test('its label focuses and names it, and keys draw', async () => {
  const {page, close} = await openForm(
      '<label for="n">How many</label> <numeral-pad id="n" name="n"></numeral-pad>');
  await page.click('label');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'n');
  assert.equal(await page.locator('#n >> canvas').getAttribute('aria-label'), 'How many');
  for (let i = 0; i < 8; ++i) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  for (let i = 0; i < 18; ++i) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await valueIs(page, '1');
  await page.keyboard.press('Control+z');
  await valueIs(page, '');
  await close();
});

test('two pads, of two sizes and colours, share one recogniser', async () => {
  const opened = await openForm(`<style>
      #a { --numeral-size: 140px; --numeral-ink: rgb(200, 0, 0); --numeral-paper: rgb(0, 0, 90); }
      #a::part(predict) { display: none; }
    </style>
    <numeral-pad id="a" name="a" brush="12"></numeral-pad><numeral-pad id="b" name="b"></numeral-pad>`);
  const {page} = opened;
  await draw(page, placed(digits[2][0]), '#a');
  await draw(page, placed(digits[8][0]), '#b');
  await valueIs(page, '2', '#a');
  await valueIs(page, '8', '#b');
  const {width, ink, paper} = await page.evaluate(() => {
    const pad = document.querySelector('#a');
    const canvas = pad.shadowRoot.querySelector('canvas');
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const drawn = data.findIndex((level, i) => i % 4 === 3 && level === 255);
    return {
      width: pad.offsetWidth,
      ink: [...data.slice(drawn - 3, drawn)],
      paper: getComputedStyle(pad.shadowRoot.querySelector('.paper')).backgroundColor,
    };
  });
  assert.deepEqual({width, ink, paper}, {width: 140, ink: [200, 0, 0], paper: 'rgb(0, 0, 90)'});
  assert.ok(await page.locator('#a >> [part=predict]').isHidden());
  assert.equal(opened.requests.filter((url) => url.endsWith('digits.ort')).length, 1);
  await opened.close();
});

test('it may be moved about', async () => {
  const opened = await openForm('<numeral-pad name="n"></numeral-pad><div id="other"></div>');
  const {page} = opened;
  await draw(page, placed(digits[5][0]));
  await valueIs(page, '5');
  await page.evaluate(() =>
    document.querySelector('#other').append(document.querySelector('numeral-pad')));
  await valueIs(page, '5');
  await page.click('numeral-pad >> text=Clear');
  await draw(page, placed(digits[9][0]));
  await valueIs(page, '9');
  assert.deepEqual(opened.errors, []);
  await opened.close();
});

test('a recogniser that cannot be loaded is said, and tried again', async (t) => {
  server.faults['digits.ort'] = 'missing';
  t.after(() => delete server.faults['digits.ort']);
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  const output = page.locator('numeral-pad >> output');
  await output.filter({hasText: 'digits.ort: the server answered 404'}).waitFor();
  delete server.faults['digits.ort'];
  await draw(page, placed(digits[3][0]));
  await valueIs(page, '3');
  await close();
});

test('load and texts that are set right after importing are used by pads that are there already', async () => {
  const body = `<!doctype html><numeral-pad required></numeral-pad><script type="module">
    import {Recognizer} from './numeral.js';
    import {NumeralPad} from './numeral-pad.js';
    NumeralPad.load = () => Recognizer.load({onprogress: ({loaded}) => (globalThis.loaded = loaded)});
    NumeralPad.texts = {...NumeralPad.texts, predict: 'Lies vor', missing: 'Eine Ziffer, bitte.'};
    </script>`;
  const {page, close} = await open(browser, `${server.url}host.html`, {
    setUp: (page) => page.route('**/host.html', (route) => route.fulfill({body, contentType: 'text/html'})),
  });
  await page.waitForFunction(() => globalThis.loaded > 0);
  await page.locator('numeral-pad >> text=Lies vor').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('numeral-pad').validationMessage),
      'Eine Ziffer, bitte.');
  await close();
});

test('load and texts that are set later are used, too', async () => {
  const {page, close} = await openForm('<numeral-pad name="n"></numeral-pad>');
  await draw(page, placed(digits[3][0]));
  await valueIs(page, '3');
  await page.evaluate(async () => {
    const {NumeralPad} = await import('/numeral-pad.js');
    const read = () => ({text: '33', accepted: true});
    NumeralPad.load = async () => ({read, labels: []});
    NumeralPad.texts = {...NumeralPad.texts, clear: 'Leeren'};
  });
  await valueIs(page, '33');
  await page.click('numeral-pad >> text=Leeren');
  await valueIs(page, '');
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`accessible, ${colorScheme}`, async () => {
    const {page, close} = await openForm(
        '<style>:root { color-scheme: light dark }</style>' +
        '<label>Floor <numeral-pad name="n"></numeral-pad></label>',
        {colorScheme});
    await draw(page, placed(digits[3][0]));
    await valueIs(page, '3');
    await page.addScriptTag({path: AXE});
    const {violations, passes} = await page.evaluate(() => globalThis.axe.run('numeral-pad'));
    assert.deepEqual(violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id} ${html}`)), []);
    assert.ok(passes.length > 5);
    await close();
  });
}

test('once it is taken away nothing keeps it', async () => {
  const {page, close} = await openForm('');
  await page.evaluate(() => {
    const pad = document.createElement('numeral-pad');
    document.forms[0].append(pad);
    pad.remove();
    globalThis.taken = new WeakRef(pad);
  });
  // Only after its recogniser has loaded, and when the collector has run.
  await until('it is gone', async () => {
    await page.requestGC();
    return page.evaluate(() => !globalThis.taken.deref());
  });
  await close();
});
