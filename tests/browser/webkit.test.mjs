// The main paths in WebKit, the engine of Safari. Its driver knows no pens.

import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {Command, Name} from 'selenium-webdriver/lib/command.js';
import {digits, placed} from './digits.mjs';
import {photograph} from './photographs.mjs';
import {launch, serve, siteFolder, until} from './support.mjs';
import {replaceIn, serveCopy} from './versions.mjs';
import {launchWebKit} from './webkit.mjs';

const {driver, close} = await launchWebKit();
const server = await serve(siteFolder);
after(() => Promise.all([close(), server.close()]));

const PAD = 'document.getElementById("pad")';
const run = (script, ...values) => driver.executeScript(script, ...values);
const holds = (what, condition) => until(what, () => run(`return Boolean(${condition})`), {timeout: 60_000});
const shows = (text) => holds(`the answer ${text}`, `document.getElementById("result").textContent === "${text}"`);
const click = async (id) => (await driver.findElement({id})).click();

/** Opens a page of the site and waits until the recogniser is ready. */
async function openReady(url = server.url) {
  await driver.get(url);
  await holds('the page is ready', 'document.documentElement.dataset.state === "ready"');
}

/**
 * Draws strokes, lists of [x, y] in the pad's pixels.
 * @param {{kind?: 'mouse'|'touch', pad?: string}} options `pad`: JavaScript that finds it
 */
async function draw(strokes, {kind = 'mouse', pad = PAD} = {}) {
  const {left, top, width} = await run(`const {left, top, width} = ${pad}.getBoundingClientRect();
    return {left, top, width}`);
  const move = ([x, y]) => ({
    type: 'pointerMove', duration: 5, x: Math.round(left + x * width / 280), y: Math.round(top + y * width / 280),
  });
  for (const [first, ...rest] of strokes) {
    const actions = [
      move(first), {type: 'pointerDown', button: 0}, ...rest.map(move), {type: 'pointerUp', button: 0},
    ];
    await driver.execute(new Command(Name.ACTIONS).setParameter('actions',
        [{type: 'pointer', id: kind, parameters: {pointerType: kind}, actions}]));
  }
}

test('a digit, and what the console prints', async (t) => {
  // The driver does not tell what is printed: a script of the page keeps it.
  const {folder, server: copy} = await serveCopy(t);
  await writeFile(join(folder, 'keep.js'), `const log = console.log;
    window.printed = [];
    console.log = (...values) => { window.printed.push(values.join(' ')); log(...values); };`);
  await replaceIn(folder, 'index.html', '<head>', '<head><script src="keep.js"></script>');
  await openReady(copy.url);
  for (const kind of ['mouse', 'touch']) {
    await draw(placed(digits[5][0]), {kind});
    await shows('5');
    assert.deepEqual(await run('return window.printed'), [], `${kind}: nothing is printed before Predict`);
    await click('predict');
    await holds(`${kind}: it prints`, 'window.printed.length');
    assert.deepEqual(await run('return window.printed.splice(0)'), ['Predicted Digit: 5'], kind);
    await click('clear');
    await shows('');
  }
});

test('each digit', async () => {
  await openReady();
  for (const digit of digits.keys()) {
    await draw(placed(digits[digit][0]));
    await shows(digit);
    await click('clear');
  }
});

test('a number', async () => {
  await openReady();
  await run('document.getElementById("brush").value = 8; ' +
      'document.getElementById("brush").dispatchEvent(new Event("input", {bubbles: true}))');
  await draw([...placed(digits[4][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[2][0], {left: 150, top: 90, size: 100})]);
  await shows('42');
  await holds('frames', 'document.querySelectorAll("#frames > div").length === 2');
});

test('a photograph', async (t) => {
  const browser = await launch();
  const folder = await mkdtemp(join(tmpdir(), 'numeral-photo-'));
  t.after(() => Promise.all([browser.close(), rm(folder, {recursive: true})]));
  const file = join(folder, 'photo.jpg');
  const page = await browser.newPage();
  await page.goto(server.url);
  await writeFile(file, await photograph(page, '25', {shade: 0.4, noise: 8, lines: '#a9b8d4', turn: -3}));
  await openReady();
  await (await driver.findElement({id: 'file'})).sendKeys(file);
  await shows('25');
});

test('after one visit, without a network', async () => {
  const once = await serve(siteFolder);
  await openReady(once.url);
  await until('the page is kept', () => run(
      'return navigator.serviceWorker.getRegistration().then((kept) => kept?.active?.state === "activated")'),
  {timeout: 60_000});
  await once.close();
  await openReady(once.url);
  await draw(placed(digits[7][0]));
  await shows('7');
});

test('<numeral-pad> in a form', async (t) => {
  const {folder, server: copy} = await serveCopy(t);
  await writeFile(join(folder, 'form.html'), `<!doctype html><title>A form</title>
    <form><numeral-pad name="floor" required></numeral-pad></form>
    <script type="module" src="numeral-pad.js"></script>`);
  await driver.get(`${copy.url}form.html`);
  await holds('the element is there', 'customElements.get("numeral-pad")');
  assert.equal(await run('return document.forms[0].checkValidity()'), false, 'required');
  await draw(placed(digits[3][0]), {pad: 'document.querySelector("numeral-pad").shadowRoot.querySelector("canvas")'});
  await holds('its value', 'new FormData(document.forms[0]).get("floor") === "3"');
  // A pad is valid once all that is drawn was read; its value may be a 3 before.
  await holds('it is valid', 'document.forms[0].checkValidity()');
});
