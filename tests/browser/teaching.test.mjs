// Teaching the recogniser how somebody writes: on the page, and with the recogniser alone.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {digits, placed} from './digits.mjs';
import {
  drawWithMouse, launchAndServe, launchFirefox, open, openReady, shows, until,
} from './support.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const {browser, server} = await launchAndServe();

/** Opens the page, and its part for teaching. */
async function openTeaching(options) {
  const opened = await openReady(browser, server.url, options);
  await unfold(opened.page);
  return opened;
}

async function unfold(page) {
  await page.locator('#teaching .labels button').first().waitFor({state: 'attached'});
  await page.click('#teaching summary');
}

const label = (page, text) => page.locator('#teaching .labels').getByRole('button', {name: text, exact: true});
const says = (page, text) => page.locator('#teaching [role=status]', {hasText: text}).waitFor();

async function draw(page, digit, place) {
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[digit][0], place));
}

/** What is kept in the browser. */
const databases = (page) => page.evaluate(async () => (await indexedDB.databases()).map(({name}) => name));

/** How many lessons are kept. */
const keptLessons = (page) => page.evaluate(() => new Promise((resolve) => {
  const request = indexedDB.open('numeral');
  request.onsuccess = () => {
    const {result: database} = request;
    database.transaction('lessons').objectStore('lessons').get('lessons').onsuccess = ({target}) => {
      database.close();
      resolve(target.result.length);
    };
  };
}));

/** Teaches the page that a digit which it reads right is another one. */
async function teach(page, digit, other) {
  await draw(page, digit);
  await shows(page, digit);
  await label(page, other).click();
  await shows(page, other);
  await says(page, `is a ${other}. This stays`);
}

/** Has the page read a 7 as a 2. */
const teachA2LikeA7 = (page) => teach(page, 7, 2);

test('a corrected digit is read as it was meant, after a reload too, until that is forgotten', async () => {
  const {page, errors, close} = await openTeaching();
  assert.deepEqual(await databases(page), []);
  assert.ok(await page.getByText('Forget what it learned').isHidden());
  await teachA2LikeA7(page);
  await draw(page, 7, {left: 30, top: 60, size: 150});
  await shows(page, '2');
  for (const other of [1, 3, 4, 9]) {
    await draw(page, other);
    await shows(page, other);
  }

  await until('it is kept', async () => (await databases(page)).includes('numeral'));
  await page.reload();
  await page.locator('html[data-state=ready]').waitFor();
  await unfold(page);
  await page.getByText('Forget what it learned').waitFor();
  await draw(page, 7);
  await shows(page, '2');

  await page.getByText('Forget what it learned').click();
  await shows(page, '7');
  await says(page, 'Forgotten.');
  assert.ok(await page.getByText('Forget what it learned').isHidden());
  await until('it is kept no longer', async () => (await databases(page)).length === 0);
  await page.reload();
  await page.locator('html[data-state=ready]').waitFor();
  await unfold(page);
  await draw(page, 7);
  await shows(page, '7');
  assert.deepEqual(errors, []);
  await close();
});

/** What the page makes of these digits, drawn one after the other. */
async function reads(page, expected) {
  await page.bringToFront();
  for (const [digit, text] of Object.entries(expected)) {
    await draw(page, digit);
    await shows(page, text);
  }
}

/** Opens the page once more, in a tab beside. */
async function openTab(context) {
  const page = await context.newPage();
  await page.goto(server.url);
  await page.locator('html[data-state=ready]').waitFor();
  await unfold(page);
  return page;
}

for (const [name, start] of [['Chromium', () => browser], ['Firefox', launchFirefox]]) {
  test(`${name}: what one tab is taught the others know, and forget`, async (t) => {
    const started = await start();
    if (started !== browser) t.after(() => started.close());
    const {page, context, errors, close} = await openReady(started, server.url);
    await unfold(page);
    const other = await openTab(context);
    const forget = (tab) => tab.getByText('Forget what it learned');
    await teachA2LikeA7(other);
    await forget(page).waitFor();
    await reads(page, {7: '2', 3: '3'});
    await teach(page, 3, 8);
    await reads(other, {7: '2', 3: '8'});
    await reads(await openTab(context), {7: '2', 3: '8'});

    await other.bringToFront();
    await forget(other).focus();
    await page.bringToFront();
    await forget(page).click();
    await says(other, 'Forgotten.');
    await forget(other).waitFor({state: 'hidden'});
    assert.equal(await other.evaluate(() => document.activeElement.localName), 'summary', 'the focus stays');
    for (const tab of [page, other]) await reads(tab, {7: '7', 3: '3'});
    assert.deepEqual(errors, []);
    await close();
  });
}

for (const [how, setUp] of [
  ['', () => {}],
  [', where they hear nothing of each other', (page) =>
    page.context().addInitScript(() => delete globalThis.BroadcastChannel)],
]) {
  test(`two tabs that are taught at once lose nothing${how}`, async () => {
    const {page, context, errors, close} = await openTeaching({setUp});
    const other = await openTab(context);
    for (const [tab, digit] of [[page, 7], [other, 3]]) {
      await tab.bringToFront();
      await draw(tab, digit);
      await shows(tab, digit);
    }
    await Promise.all([label(page, '2').click(), label(other, '8').click()]);
    await Promise.all([says(page, 'is a 2. This stays'), says(other, 'is a 8. This stays')]);
    await until('it is kept', async () => await keptLessons(page) === 2);
    await reads(await openTab(context), {7: '2', 3: '8'});
    assert.deepEqual(errors, []);
    await close();
  });
}

test('of a number, the digit that is chosen', async () => {
  const {page, close} = await openTeaching();
  await drawWithMouse(page, [...placed(digits[7][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[4][0], {left: 150, top: 90, size: 100})]);
  await shows(page, '74');
  assert.equal(await page.locator('#frames .chosen').count(), 1);
  await page.getByRole('radio', {name: '7'}).check();
  assert.equal(await page.locator('#frames > div').first().getAttribute('class'), 'chosen');
  await label(page, '2').click();
  await shows(page, '24');
  assert.ok(await page.getByRole('radio', {name: '2'}).isChecked());
  await draw(page, 7);
  await shows(page, '2');
  assert.equal(await page.getByRole('radio').count(), 0, 'for one digit there is no choice');
  await close();
});

test('with the keyboard, and by axe-core\'s rules', async () => {
  const {page, close} = await openReady(browser, server.url);
  await page.locator('#teaching .labels button').first().waitFor({state: 'attached'});
  await draw(page, 7);
  await shows(page, '7');
  await page.locator('#teaching summary').focus();
  await page.keyboard.press('Enter');
  for (let i = 0; i < 3; ++i) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await shows(page, '2');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), '2', 'the focus stays');
  for (let i = 0; i < 8; ++i) await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Forget what it learned');
  await page.evaluate(await readFile(AXE, 'utf8'));
  const {violations} = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({id, nodes}) => [id, ...nodes.map(({html}) => html)]), []);
  await page.keyboard.press('Enter');
  await shows(page, '7');
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'summary');
  await close();
});

test('without a drawing there is nothing to teach', async () => {
  const {page, close} = await openTeaching();
  assert.equal(await label(page, '2').getAttribute('aria-disabled'), 'true');
  await label(page, '2').click({force: true});
  await says(page, 'Draw a digit first');
  await close();
});

for (const [how, block] of [
  ['blocked', () => Object.defineProperty(globalThis, 'indexedDB', {
    get() { throw new DOMException('denied', 'SecurityError'); },
  })],
  ['full', () => {
    IDBObjectStore.prototype.put = function () {
      this.transaction.abort();
      throw new DOMException('full', 'QuotaExceededError');
    };
  }],
]) {
  test(`where storage is ${how} it learns until the page is closed, and says so`, async () => {
    const {page, errors, close} = await openTeaching({setUp: (page) => page.addInitScript(block)});
    await draw(page, 7);
    await shows(page, '7');
    await label(page, '2').click();
    await shows(page, '2');
    await says(page, 'until the page is closed');
    await page.getByText('Forget what it learned').click();
    await shows(page, '7');
    assert.deepEqual(errors, []);
    await close();
  });
}

test('after a fault of the recogniser it still knows', async () => {
  const {page, close} = await open(browser, `${server.url}page/style.css`);
  const texts = await page.evaluate(async () => {
    const {Recognizer} = await import('/numeral.js');
    const recognizer = await Recognizer.load();
    const context = Object.assign(document.createElement('canvas'), {width: 200, height: 200}).getContext('2d');
    context.lineWidth = 16;
    context.stroke(new Path2D('M 60 40 H 140 L 90 160'));
    const read = (from) => from.read(context.getImageData(0, 0, 200, 200)).text;
    const before = read(recognizer);
    recognizer.teach(recognizer.read(context.getImageData(0, 0, 200, 200)).digits[0], 2);
    const taught = read(recognizer);
    await recognizer.restart();
    const restarted = read(recognizer);
    const {lessons} = recognizer;
    const other = await Recognizer.load({lessons: structuredClone(lessons)});
    const json = await Recognizer.load({
      lessons: lessons.map(({label, input}) => ({label, input: JSON.parse(JSON.stringify([...input]))})),
    });
    const loaded = [read(other), read(json)];
    recognizer.forget();
    return [before, taught, restarted, ...loaded, read(recognizer), recognizer.lessons.length, other.lessons.length];
  });
  assert.deepEqual(texts, ['7', '2', '2', '2', '2', '7', 0, 1]);
  await close();
});

test('what is no lesson is refused', async () => {
  const {page, close} = await open(browser, `${server.url}page/style.css`);
  const messages = await page.evaluate(async () => {
    const {Recognizer} = await import('/numeral.js');
    const recognizer = await Recognizer.load();
    const input = new Float32Array(784);
    const message = async (action) => {
      try {
        await action();
        return 'nothing';
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    };
    const bad = [
      () => recognizer.teach({input}, 'x'),
      () => recognizer.teach({input}, 10),
      () => recognizer.teach({input}),
      () => recognizer.teach({input: input.subarray(1)}, 7),
      () => recognizer.teach({input: input.map(() => NaN)}, 7),
      () => recognizer.teach(null, 7),
      () => Recognizer.load({lessons: 'x'}),
      () => Recognizer.load({lessons: [null]}),
      () => Recognizer.load({lessons: [{label: 'boot', input}]}),
    ];
    const found = [];
    for (const action of bad) found.push(await message(action));
    return [...found, recognizer.lessons.length];
  });
  const LABEL = 'NumeralError: label: expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, found';
  const input = (found) =>
    `NumeralError: input: expected 784 numbers from 0 to 1, as a reading's digits have them, found ${found}`;
  assert.deepEqual(messages, [
    `${LABEL} x`, `${LABEL} 10`, `${LABEL} undefined`, input(783), input(NaN), input(0),
    'NumeralError: lessons: expected an array, as `lessons` gives it', input(0), `${LABEL} boot`, 0,
  ]);
  await close();
});

test('taken along, the digits are IDX files, which the C++ programs read', async (t) => {
  const {page, close} = await openTeaching();
  const folder = await mkdtemp(join(tmpdir(), 'numeral-hand-'));
  t.after(() => rm(folder, {recursive: true, force: true}));
  await teachA2LikeA7(page);
  await draw(page, 5);
  await shows(page, '5');
  await label(page, '5').click();
  await says(page, 'is a 5');
  const downloads = [];
  page.on('download', (download) => downloads.push(download));
  await page.getByText('Take it along').click();
  await until('both files', () => downloads.length === 2);
  assert.deepEqual(downloads.map((download) => download.suggestedFilename()).sort(),
      ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']);
  for (const download of downloads)
    await download.saveAs(join(folder, download.suggestedFilename().replace('train', 't10k')));
  assert.match(await page.locator('#teaching pre').textContent(), /--start-from/);
  await close();

  const {stdout} = await promisify(execFile)(process.env.NUMERAL_RECOGNIZE, ['--evaluate', folder]);
  const {total, confusion} = JSON.parse(stdout);
  assert.equal(total, 2);
  assert.equal(confusion[2][7], 1, 'the network alone reads the 2 as the 7 that it is');
  assert.equal(confusion[5][5], 1);
});

test('<numeral-pad teachable>', async () => {
  const {page, errors, close} = await open(browser, `${server.url}page/style.css`);
  await page.route('**/form.html', (route) => route.fulfill({
    contentType: 'text/html',
    body: `<!doctype html><html lang="en"><title>A form</title><main><h1>A form</h1>
      <label>Floor <numeral-pad teachable></numeral-pad></label></main>
      <script type="module" src="numeral-pad.js"></script>`,
  }));
  await page.goto(`${server.url}form.html`);
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const name of ['input', 'change', 'teach'])
      document.addEventListener(name, ({type, target, detail}) =>
        globalThis.heard.push([type, target.value, ...(detail ? [detail.label, detail.lessons.length] : [])]));
  });
  const value = (text) => page.waitForFunction(
      (text) => document.querySelector('numeral-pad').value === text, text);
  const group = page.getByRole('group', {name: 'It was a'});
  await page.getByRole('button', {name: 'Predict'}).waitFor();
  assert.ok(await group.isHidden(), 'nothing was read');
  await drawWithMouse(page, placed(digits[7][0]), {canvas: 'numeral-pad >> canvas'});
  await value('7');
  await page.waitForFunction(() => globalThis.heard.some(([type]) => type === 'change'));
  await page.evaluate(() => globalThis.heard.splice(0));
  await group.getByRole('button', {name: '2'}).focus();
  await page.keyboard.press('Enter');
  await value('2');
  assert.deepEqual(await page.evaluate(() => globalThis.heard),
      [['input', '2'], ['change', '2'], ['teach', '2', '2', 1]]);
  await page.evaluate(await readFile(AXE, 'utf8'));
  const {violations} = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({id, nodes}) => [id, ...nodes.map(({html}) => html)]), []);

  await page.getByRole('button', {name: 'Clear'}).click();
  await group.waitFor({state: 'hidden'});
  await drawWithMouse(page, [...placed(digits[7][0], {left: 20, top: 90, size: 100}),
    ...placed(digits[4][0], {left: 150, top: 90, size: 100})], {canvas: 'numeral-pad >> canvas'});
  await value('24');
  await page.getByRole('combobox', {name: 'Which digit'}).selectOption('4');
  await group.getByRole('button', {name: '9'}).click();
  await value('29');
  await page.evaluate(() => document.querySelector('numeral-pad').removeAttribute('teachable'));
  assert.ok(await group.isHidden());
  assert.deepEqual(errors, []);
  await close();
});
