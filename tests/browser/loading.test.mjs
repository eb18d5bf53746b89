// The page while the recogniser loads, and when it must be loaded again.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {digits, placed} from './digits.mjs';
import {
  componentCount, drawWithMouse, inkOf, launchAndServe, open, serve, shows, siteFolder, until,
} from './support.mjs';

const {browser, server} = await launchAndServe();

test('what is large is asked for at once, and only once', async (t) => {
  // Nothing that runs on the page asks for it.
  // The photo worker comes later, since it has a copy of its own.
  const fresh = await serve(siteFolder,
      {faults: {'page/app.js': 'held', 'page/photo-worker.js': 'trickling'}});
  t.after(() => fresh.close());
  const opened = await open(browser, fresh.url, {serviceWorkers: 'block'});
  const large = ['numeral.wasm', 'digits.ort', 'page/reading.js'];
  await until('all is asked for', async () => large.every((name) => fresh.requested.includes(name)));
  fresh.release();
  assert.equal(await opened.state(), 'ready');
  for (const name of large)
    assert.equal(fresh.requested.filter((each) => each === name).length, 1, name);
  await opened.close();
});

for (const late of [['numeral.wasm', 'digits.ort'], ['page/reading.js']]) {
  test(`the pad takes ink before ${late} has arrived, and it is answered then`, async (t) => {
    const slow = await serve(siteFolder, {faults: Object.fromEntries(late.map((name) => [name, 'held']))});
    t.after(() => slow.close());
    const opened = await open(browser, slow.url, {serviceWorkers: 'block'});
    const {page} = opened;
    await page.locator('#predict:enabled').waitFor();
    await drawWithMouse(page, placed(digits[3][0]));
    await page.click('#undo');
    await drawWithMouse(page, placed(digits[7][0]));
    const {components, pixels} = await inkOf(page);
    assert.ok(components === 1 && pixels > 500, `${pixels} pixels`);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.state), 'loading');
    assert.equal(await opened.result(), '');
    slow.release();
    await shows(page, 7);
    assert.deepEqual(opened.predictions(), []);
    assert.deepEqual(await inkOf(page), {components, pixels, at: []});
    await opened.close();
  });

  test(`Predict, pressed before ${late} has arrived, answers then`, async (t) => {
    for (const isBlank of [false, true]) {
      const slow = await serve(siteFolder, {faults: Object.fromEntries(late.map((name) => [name, 'held']))});
      t.after(() => slow.close());
      const opened = await open(browser, slow.url, {serviceWorkers: 'block'});
      const {page} = opened;
      if (!isBlank) await drawWithMouse(page, placed(digits[7][0]));
      await page.locator('#predict:enabled').click();
      await page.locator('#status', {hasText: 'The answer comes as soon as it is there'}).waitFor();
      slow.release();
      await shows(page, isBlank ? 'Draw a digit first' : 7);
      await page.locator('#status', {hasText: 'Ready'}).waitFor();
      assert.deepEqual(opened.predictions(), isBlank ? [] : ['Predicted Digit: 7']);
      await opened.close();
    }
  });
}

test('a drawing and Predict from before a failed download are answered after Try again', async () => {
  let fail, failures = 0;
  const drawn = new Promise((resolve) => (fail = resolve));
  const missing = async (route) => {
    await drawn;
    await route.fulfill({status: 404});
    ++failures;
  };
  const opened = await open(browser, server.url, {
    serviceWorkers: 'block', setUp: (page) => page.route('**/numeral.wasm', missing),
  });
  const {page} = opened;
  await page.locator('#predict:enabled').waitFor();
  await drawWithMouse(page, placed(digits[5][0]));
  await page.click('#predict');
  const {x, y} = await page.locator('#pad').boundingBox();
  await page.mouse.move(x + 250, y + 20);
  await page.mouse.down();
  fail();
  await until('it was asked for twice', () => failures >= 2);
  await page.mouse.move(x + 250, y + 60, {steps: 10});
  const place = await page.locator('#pad').boundingBox();
  assert.deepEqual([place.x, place.y], [x, y], 'no message moves the pad below a pen');
  await page.mouse.up();
  assert.equal(await opened.state(), 'error');
  assert.ok(await page.locator('#predict').isDisabled());
  await page.click('#undo');
  await page.unroute('**/numeral.wasm', missing);
  await page.getByRole('button', {name: 'Try again'}).click();
  await shows(page, 5);
  assert.deepEqual(opened.predictions(), ['Predicted Digit: 5']);
  await opened.close();
});

test('a first answer takes five requests', async () => {
  const opened = await open(browser, server.url, {
    serviceWorkers: 'block',
    setUp: (page) => page.addInitScript(() => {
      new MutationObserver(() => {
        if (document.documentElement?.dataset.state !== 'ready') return;
        globalThis.asked ??= performance.getEntriesByType('resource').map(({name}) => name);
      }).observe(document, {subtree: true, attributeFilter: ['data-state']});
    }),
  });
  assert.equal(await opened.state(), 'ready');
  const asked = await opened.page.evaluate(() => globalThis.asked);
  // The page itself is not among them. Browsers ask for its icon when they like.
  assert.deepEqual(asked.map((url) => url.slice(server.url.length)).filter((name) => !/^icon/.test(name)).sort(),
      ['digits.ort', 'numeral.wasm', 'page/app.js', 'page/reading.js']);
  await opened.close();
});

test('the page shows how far it is', async (t) => {
  const slow = await serve(siteFolder, {faults: {'numeral.wasm': 'held', 'digits.ort': 'slow'}});
  t.after(() => slow.close());
  const opened = await open(browser, slow.url, {
    setUp: (page) => page.addInitScript(() => {
      globalThis.steps = [];
      const watch = new MutationObserver(() => {
        const progress = document.getElementById('progress');
        if (progress?.value) globalThis.steps.push([progress.value, progress.max]);
      });
      watch.observe(document, {attributes: true, childList: true, subtree: true});
    }),
  });
  const progress = opened.page.locator('#progress');
  await progress.waitFor();
  assert.equal(await opened.page.getByRole('progressbar', {name: /Loading/}).count(), 1);
  slow.release();
  assert.equal(await opened.state(), 'ready');
  assert.ok(await progress.isHidden());

  const {assets} = await import(pathToFileURL(join(siteFolder, 'assets.js')));
  const total = Object.values(assets).reduce((sum, {bytes}) => sum + bytes, 0);
  const steps = await opened.page.evaluate(() => globalThis.steps);
  const values = [...new Set(steps.map(([value]) => value))];
  assert.ok(values.length >= 2, `${values.length} different values`);
  assert.deepEqual(values, values.toSorted((a, b) => a - b));
  assert.deepEqual(steps.at(-1), [total, total]);
  await opened.close();
});

// What arrives piece by piece; the recogniser comes after `places` was called.
const SLOW_FILES = {
  'the page itself': ['index.html'],
  'what it loads': ['page/app.js', 'page/reading.js'],
};

for (const [what, width] of Object.keys(SLOW_FILES).flatMap((what) => [320, 700, 1280].map((width) => [what, width]))) {
  test(`nothing moves while ${what} arrives slowly, ${width} pixels wide`, async (t) => {
    const slow = await serve(siteFolder, {faults: {
      'numeral.wasm': 'held', ...Object.fromEntries(SLOW_FILES[what].map((name) => [name, 'slow'])),
    }});
    t.after(() => slow.close());
    // High enough for the whole page, so that every shift is visible.
    const opened = await open(browser, slow.url, {
      viewport: {width, height: 1200},
      setUp: (page) => page.addInitScript(() => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => {
          for (const {value, sources} of list.getEntries())
            globalThis.shifts.push([value, ...sources.map(({node}) => node?.nodeName)]);
        }).observe({type: 'layout-shift', buffered: true});
      }),
    });
    // What is in closed details has no place, and may come later.
    const places = () => opened.page.evaluate(() =>
      [...document.querySelectorAll('main *:not(progress, li, details > :not(summary), details > :not(summary) *)')]
          .map((element) => [element, element.getBoundingClientRect()])
          .filter(([, {width, height}]) => width * height > 0)
          .map(([{localName, id}, {x, y, width, height}]) => `${localName}#${id} ${[x, y, width, height]}`));
    await opened.page.locator('#progress').waitFor();
    const before = await places();
    slow.release();
    assert.equal(await opened.state(), 'ready');
    const after = await places();
    const isStatus = (place) => place.startsWith('p#status');
    assert.deepEqual(after.filter((place) => !isStatus(place)),
        before.filter((place) => !isStatus(place)));
    await opened.page.evaluate(() => new Promise((shown) => setTimeout(shown, 100)));
    assert.deepEqual(await opened.page.evaluate(() => globalThis.shifts), []);
    await opened.close();
  });
}

for (const fault of ['missing', 'cut', 'altered']) {
  test(`after a download that failed (${fault}), Try again keeps the drawing`, async (t) => {
    server.faults['digits.ort'] = fault;
    t.after(() => delete server.faults['digits.ort']);
    const opened = await open(browser, server.url);
    const {page} = opened;
    const retry = page.getByRole('button', {name: 'Try again'});
    assert.equal(await opened.state(), 'error');
    await drawWithMouse(page, placed(digits[5][0]));
    const components = await componentCount(page);

    await retry.click();
    assert.equal(await opened.state(), 'error', 'still broken');
    assert.match(await opened.problem(), /^digits\.ort: /);
    delete server.faults['digits.ort'];
    await retry.click();
    assert.equal(await opened.state(), 'ready');
    assert.ok(await retry.isHidden());
    assert.equal(await opened.problem(), '');
    assert.equal(await componentCount(page), components);
    await page.click('#predict');
    assert.deepEqual(opened.predictions(), ['Predicted Digit: 5']);
    assert.equal(opened.requests.filter((url) => url === server.url).length, 1, 'no reload');
    await opened.close();
  });
}
