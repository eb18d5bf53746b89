// The page while the recogniser loads, and when it must be loaded again.

import assert from 'node:assert/strict';
import {join} from 'node:path';
import {test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {digits, placed} from './digits.mjs';
import {
  componentCount, drawWithMouse, launchAndServe, open, serve, siteFolder,
} from './support.mjs';

const {browser, server} = await launchAndServe();

test('what is large is asked for at once, and only once', async () => {
  const fresh = await serve(siteFolder);
  const opened = await open(browser, fresh.url, {serviceWorkers: 'block'});
  assert.equal(await opened.state(), 'ready');
  const large = ['numeral.wasm', 'digits.ort', 'digits.json'];
  for (const name of large)
    assert.equal(fresh.requested.filter((each) => each === name).length, 1, name);
  const app = fresh.requested.indexOf('page/app.js');
  assert.ok(large.every((name) => fresh.requested.indexOf(name) < app), String(fresh.requested));
  await opened.close();
  await fresh.close();
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

for (const width of [320, 700, 1280]) {
  test(`nothing moves meanwhile, ${width} pixels wide`, async (t) => {
    const slow = await serve(siteFolder, {faults: {
      'numeral.wasm': 'held', 'page/style.css': 'slow', 'page/texts.js': 'slow', 'page/start.js': 'slow',
      'page/app.js': 'slow',
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
    const places = () => opened.page.evaluate(() =>
      [...document.querySelectorAll('main *:not(progress, li)')].map((element) => {
        const {x, y, width, height} = element.getBoundingClientRect();
        return `${element.localName}#${element.id} ${[x, y, width, height]}`;
      }));
    await opened.page.locator('#progress').waitFor();
    // Nothing is painted before the style has arrived.
    await opened.page.waitForFunction(() => document.querySelector('[rel=stylesheet]').sheet);
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
