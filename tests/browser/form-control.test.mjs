// <numeral-pad> as the form field that people know: set by frameworks, limited by attributes, styled, turned.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launchAndServe, open, serve, siteFolder, until} from './support.mjs';

const {browser, server} = await launchAndServe();

/** Opens a page of this content. */
async function openPage(content, {url = server.url, headers = {}, ...options} = {}) {
  const body = `<!doctype html><html lang="en"><title>A form</title><form action="sent.html">${content}
    <button id="send">Send</button></form><script type="module" src="numeral-pad.js"></script></html>`;
  const opened = await open(browser, `${url}host.html`, {
    ...options,
    setUp: (page) => page.route(/\/(host|sent)\.html/, (route) =>
      route.fulfill({body, headers: {'Content-Type': 'text/html', ...headers}})),
  });
  await opened.page.waitForFunction(() => customElements.get('numeral-pad'));
  return opened;
}

const draw = (page, strokes, pad = 'numeral-pad') =>
  drawWithMouse(page, strokes, {canvas: `${pad} >> canvas`});

const valueIs = (page, value) => page.waitForFunction(
    (value) => document.querySelector('numeral-pad').value === value, value);

/** The flags of `validity` that are raised, and its message. */
const validityOf = (page) => page.evaluate(() => {
  const {validity, validationMessage} = document.querySelector('numeral-pad');
  const flags = [];
  for (const flag in validity) if (validity[flag] === true && flag !== 'valid') flags.push(flag);
  return [flags.sort().join(' '), validationMessage];
});

/** How many of the canvas's pixels are ink. */
const inkPixels = (page) => page.locator('numeral-pad >> canvas').evaluate((canvas) =>
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
      .filter((level, i) => i % 4 === 3 && level > 127).length);

test('a value that is set to what it is changes nothing', async () => {
  const {page, close} = await openPage('<numeral-pad brush="8"></numeral-pad>');
  await page.evaluate(() => {
    const pad = document.querySelector('numeral-pad');
    pad.addEventListener('input', () => { pad.value = pad.value; });
  });
  await draw(page, placed(digits[4][0], {left: 30, top: 90, size: 100}));
  await valueIs(page, '4');
  await draw(page, placed(digits[2][0], {left: 150, top: 90, size: 100}));
  await valueIs(page, '42');
  assert.ok(await inkPixels(page) > 1000);
  assert.equal((await page.evaluate(() => document.querySelector('numeral-pad').strokes)).length, 3);
  await page.evaluate(() => { document.querySelector('numeral-pad').value = '7'; });
  assert.equal(await inkPixels(page), 0);
  await close();
});

test('what is not accepted stays when the value is set to what it is: nothing', async () => {
  const {page, close} = await openPage('<numeral-pad></numeral-pad>');
  await draw(page, [[[40, 40], [240, 240]], [[240, 40], [40, 240]], [[140, 20], [140, 260]]]);
  await page.waitForFunction(() => document.querySelector('numeral-pad').shadowRoot
      .querySelector('output').textContent === '?');
  await page.evaluate(() => { document.querySelector('numeral-pad').value = ''; });
  assert.ok(await inkPixels(page) > 1000);
  await page.evaluate(() => document.querySelector('numeral-pad').clear());
  assert.equal(await inkPixels(page), 0);
  await close();
});

test('drawn but not read yet is invalid, not empty', async () => {
  const slow = await serve(siteFolder, {faults: {'digits.ort': 'held'}});
  const {page, close} = await openPage('<numeral-pad name="n"></numeral-pad>', {url: slow.url});
  assert.deepEqual(await validityOf(page), ['', '']);
  await draw(page, placed(digits[7][0]));
  assert.deepEqual(await validityOf(page), ['badInput', 'Still reading.']);
  await page.click('#send');
  assert.match(page.url(), /host\.html$/);
  slow.release();
  await valueIs(page, '7');
  assert.deepEqual(await validityOf(page), ['', '']);
  await page.click('#send');
  await page.waitForURL('**/sent.html?n=7');
  await close();
  await slow.close();
});

test('what cannot be read is invalid, and is tried again when the form is sent', async () => {
  const faulty = await serve(siteFolder, {faults: {'digits.ort': 'missing'}});
  const {page, close} = await openPage('<numeral-pad name="n" required></numeral-pad>', {url: faulty.url});
  await draw(page, placed(digits[7][0]));
  await page.waitForFunction(() => /^It cannot be read: digits\.ort: /.test(
      document.querySelector('numeral-pad').validationMessage));
  assert.equal((await validityOf(page))[0], 'badInput');
  // What was read while it was drawn has been given up too: only sending the form asks again.
  let asked = 0;
  await until('nothing is asked for any more', async () => {
    const before = asked;
    asked = faulty.requested.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return asked === before && faulty.requested.length === asked;
  });
  delete faulty.faults['digits.ort'];
  await page.click('#send');
  await valueIs(page, '7');
  await close();
  await faulty.close();
});

const LIMITED = [
  ['min="5" max="31"', '4', ['rangeUnderflow', 'At least 5.']],
  ['min="5" max="31"', '32', ['rangeOverflow', 'At most 31.']],
  ['min="5" max="31"', '31', ['', '']],
  ['min="5"', '7\n4', ['rangeUnderflow', 'At least 5.']],
  ['length="4"', '202', ['tooShort', 'At least 4 digits.']],
  ['length="4"', '2026', ['', '']],
  ['length="2-3"', '2026', ['tooLong', 'At most 3 digits.']],
  ['pattern="[1-9]\\d*" title="No leading zero."', '05',
    ['patternMismatch', 'Not of the form that is expected. No leading zero.']],
  ['pattern="\\d"', '05', ['patternMismatch', 'Not of the form that is expected.']],
  ['pattern="("', '05', ['', '']],
  ['required min="5" pattern="\\d"', '', ['valueMissing', 'Draw a digit.']],
  ['min="5" pattern="\\d\\d"', '4', ['patternMismatch rangeUnderflow', 'At least 5.']],
];

test('limits and patterns, for each row', async () => {
  const {page, close} = await openPage('');
  for (const [attributes, value, expected] of LIMITED) {
    await page.evaluate(([attributes, value]) => {
      const {body} = new DOMParser().parseFromString(`<numeral-pad ${attributes}></numeral-pad>`, 'text/html');
      document.forms[0].replaceChildren(...body.children);
      document.querySelector('numeral-pad').value = value;
    }, [attributes, value]);
    assert.deepEqual(await validityOf(page), expected, `${attributes} with ${value}`);
  }
  await close();
});

test('a form that is invalid is sent only with formnovalidate', async () => {
  const {page, close} = await openPage(`<numeral-pad name="n" value="4" min="5"></numeral-pad>
    <button id="anyway" formnovalidate>Send it anyway</button>`);
  await page.click('#send');
  assert.match(page.url(), /host\.html$/);
  await page.click('#anyway');
  await page.waitForURL('**/sent.html?n=4');
  await close();
});

test('readonly: it is sent and has the focus, but takes no drawing, and nothing is asked of it', async () => {
  const {page, close} = await openPage(
      '<numeral-pad name="n" value="3" readonly autofocus min="5"></numeral-pad>');
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'numeral-pad');
  await draw(page, placed(digits[7][0]));
  for (const key of ['Space', 'ArrowDown', 'Space', 'Delete']) await page.keyboard.press(key);
  assert.ok(await page.locator('numeral-pad >> text=Clear').isDisabled());
  assert.equal(await inkPixels(page), 0);
  assert.deepEqual(await page.evaluate(() => {
    const pad = document.querySelector('numeral-pad');
    return [pad.value, pad.readOnly, pad.willValidate, [...new FormData(document.forms[0])]];
  }), ['3', true, false, [['n', '3']]]);
  await page.evaluate(() => { document.querySelector('numeral-pad').readOnly = false; });
  await draw(page, placed(digits[7][0]));
  await valueIs(page, '7');
  await close();
});

test('the attribute value is the default, until something is drawn or set', async () => {
  const {page, close} = await openPage('<numeral-pad value="3"></numeral-pad>');
  const values = await page.evaluate(() => {
    const pad = document.querySelector('numeral-pad');
    const values = [pad.value];
    const then = (action) => {
      action();
      values.push(pad.value);
    };
    then(() => pad.setAttribute('value', '4'));
    then(() => (pad.value = '5'));
    then(() => (pad.defaultValue = '6'));
    then(() => document.forms[0].reset());
    then(() => (pad.defaultValue = '7'));
    return values;
  });
  assert.deepEqual(values, ['3', '4', '5', '5', '6', '7']);
  await close();
});

test('what was set before the element was defined counts', async () => {
  const {page, close} = await openPage(
      '<numeral-pad></numeral-pad><script>document.querySelector("numeral-pad").value = "12"</script>');
  await valueIs(page, '12');
  assert.equal(await page.locator('numeral-pad >> output').textContent(), '12');
  await close();
});

test('the ink has the colour that CSS gives it, whenever that changes', async () => {
  const {page, close} = await openPage(`<style>
      .dark { --numeral-ink: rgb(250, 240, 230); }
      numeral-pad { --numeral-ink: inherit; }
      :root { color-scheme: light; --numeral-ink: rgb(17, 17, 17); }
      #system { --numeral-ink: CanvasText; }
    </style><div><numeral-pad></numeral-pad></div>`);
  await draw(page, [[[40, 140], [240, 140]]]);
  const inkIs = (colour) => page.waitForFunction((colour) => {
    const {width, height} = document.querySelector('numeral-pad').shadowRoot.querySelector('canvas');
    const context = document.querySelector('numeral-pad').shadowRoot.querySelector('canvas').getContext('2d');
    return String([...context.getImageData(width >> 1, height >> 1, 1, 1).data.slice(0, 3)]) === colour;
  }, colour, {timeout: 10000});
  await inkIs('17,17,17');
  await page.evaluate(() => document.querySelector('div').classList.add('dark'));
  await inkIs('250,240,230');
  await page.evaluate(() => document.querySelector('div').style.setProperty('--numeral-ink', '#123456'));
  await inkIs('18,52,86');
  await page.evaluate(() => {
    document.querySelector('div').id = 'system';
    document.querySelector('div').removeAttribute('style');
  });
  await inkIs('0,0,0');
  await page.evaluate(() => document.documentElement.style.setProperty('color-scheme', 'dark'));
  // Not every browser's is white.
  await inkIs(await page.evaluate(() => {
    const system = document.createElement('p');
    system.style.color = 'CanvasText';
    document.body.append(system);
    return String(getComputedStyle(system).color.match(/\d+/g).map(Number));
  }));
  await close();
});

/** Draws strokes, in percent of a box on the page. */
async function drawAsSeen(page, strokes, box) {
  for (const [[x, y], ...rest] of strokes) {
    await page.mouse.move(box.x + (x / 100) * box.width, box.y + (y / 100) * box.height);
    await page.mouse.down();
    for (const [x, y] of rest)
      await page.mouse.move(box.x + (x / 100) * box.width, box.y + (y / 100) * box.height, {steps: 2});
    await page.mouse.up();
  }
}

/** Whether a screenshot of the page has ink, which is red here, at each position. */
const inkAt = async (page, positions) => {
  const picture = (await page.screenshot()).toString('base64');
  return page.evaluate(async ([picture, positions]) => {
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return positions.map(([x, y]) => {
      const [red, green] = context.getImageData(Math.round(x), Math.round(y), 1, 1).data;
      return red > 150 && green < 120;
    });
  }, [picture, positions]);
};

const BUTTONLESS = `<style>
  numeral-pad { --numeral-ink: rgb(255, 0, 0); --numeral-paper: white; margin: 60px }
  numeral-pad::part(predict), numeral-pad::part(clear) { display: none }
</style>`;

for (const [name, css] of [
  ['turned by 180°', 'numeral-pad { transform: rotate(180deg) }'],
  ['turned by 90°', 'numeral-pad { rotate: 90deg }'],
  ['turned by 20° in a form that is turned by 20°', 'form, numeral-pad { transform: rotate(20deg) }'],
  ['mirrored', 'numeral-pad { transform: scaleX(-1) }'],
  ['smaller', 'numeral-pad { scale: 0.6; transform-origin: 0 0 }'],
  ['larger', 'form { transform: scale(1.4); transform-origin: 0 0 }'],
  ['zoomed', 'form { zoom: 1.5 }'],
  ['in perspective', 'form { perspective: 600px } numeral-pad { transform: rotateY(40deg) rotateX(20deg) }'],
]) {
  test(`${name}: strokes are where the pointer was, and are read as one sees them`, async () => {
    const {page, close} = await openPage(`${BUTTONLESS}<style>${css}</style><numeral-pad></numeral-pad>`,
        {viewport: {width: 800, height: 800}});
    const seen = await page.locator('numeral-pad >> canvas').boundingBox();
    // In the middle, where even a turned pad is.
    const side = Math.min(seen.width, seen.height) * 0.45;
    const box = {
      x: seen.x + (seen.width - side) / 2, y: seen.y + (seen.height - side) / 2, width: side, height: side,
    };
    const nine = digits[9][0];
    await drawAsSeen(page, nine, box);
    await valueIs(page, '9');
    // At its end and half-way to it; nothing where a 6 would have its tail.
    const [[x1, y1], [x2, y2]] = nine[0].slice(-2);
    const toPage = ([x, y]) => [box.x + (x / 100) * side, box.y + (y / 100) * side];
    assert.deepEqual(await inkAt(page, [toPage([(x1 + x2) / 2, (y1 + y2) / 2]), toPage([28, 85])]), [true, false]);
    const strokes = await page.evaluate(() => document.querySelector('numeral-pad').strokes);
    assert.equal(strokes.length, 1);
    assert.ok(strokes[0][0].y < strokes[0].at(-1).y, 'from top to bottom as one sees it');
    await close();
  });
}

test('in a scrolled dialog, in a turned frame', async () => {
  const {page, close} = await openPage('');
  const inner = `<!doctype html><style>dialog { height: 300px; overflow: auto } p { height: 200px }</style>
    <dialog><p>Scroll</p><numeral-pad></numeral-pad><p>Below</p></dialog>
    <script type="module" src="${server.url}numeral-pad.js"></script>
    <script>document.querySelector('dialog').showModal();
      document.querySelector('dialog').scrollTop = 180</script>`;
  await page.route('**/inner.html', (route) => route.fulfill({body: inner, contentType: 'text/html'}));
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = 'inner.html';
    frame.style.cssText = 'position: absolute; inset: 0; width: 500px; height: 500px; border: 0; transform: rotate(-90deg)';
    document.body.replaceChildren(frame);
  });
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  await frame.waitForFunction(() => customElements.get('numeral-pad') && document.querySelector('dialog').scrollTop);
  const inFrame = await frame.locator('numeral-pad >> canvas').evaluate(
      (canvas) => canvas.getBoundingClientRect().toJSON());
  const seen = {x: inFrame.top, y: 500 - inFrame.right, width: inFrame.height, height: inFrame.width};
  // What lies on its left side in the turned frame lies so on the screen: it is upright in the frame.
  const turned = digits[7][0].map((stroke) => stroke.map(([x, y]) => [y, 100 - x]));
  await drawAsSeen(page, turned, {
    x: seen.x + seen.width * 0.25, y: seen.y + seen.height * 0.25,
    width: seen.width * 0.5, height: seen.height * 0.5,
  });
  await frame.waitForFunction(() => document.querySelector('numeral-pad').value === '7');
  await close();
});

test('where scripts may make no HTML (Trusted Types)', async () => {
  const headers = {'Content-Security-Policy': "require-trusted-types-for 'script'; trusted-types 'none'"};
  const {page, errors, close} = await openPage('<numeral-pad></numeral-pad>', {headers});
  const isForbidden = () => page.evaluate(() => {
    try {
      document.createElement('p').innerHTML = '';
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(await isForbidden());
  await draw(page, placed(digits[3][0]));
  await valueIs(page, '3');
  assert.deepEqual(errors, []);
  await close();
});

test('sharp at every size and density, and the same is read at each', async () => {
  const inputs = [];
  for (const [deviceScaleFactor, size] of [[1, 280], [1.5, 333], [2, 600], [3, 140]]) {
    const {page, close} = await openPage(
        `<style>numeral-pad { --numeral-size: ${size}px } ::part(pad) { border: 0 }</style>
        <numeral-pad></numeral-pad>`, {deviceScaleFactor});
    const canvas = page.locator('numeral-pad >> canvas');
    const {width, height} = await canvas.evaluate(({width, height}) => ({width, height}));
    assert.ok(Math.abs(width - size * deviceScaleFactor) <= 1, `${width} for ${size} x ${deviceScaleFactor}`);
    assert.equal(height, width);
    await draw(page, placed(digits[5][0]));
    await valueIs(page, '5');
    inputs.push(await page.evaluate(() => [...document.querySelector('numeral-pad').predict().digits[0].input]));
    await close();
  }
  for (const input of inputs.slice(1)) {
    const apart = input.reduce((sum, level, i) => sum + Math.abs(level - inputs[0][i]), 0) / input.length;
    assert.ok(apart < 0.01, `${apart} of 1 apart`);
  }
});
