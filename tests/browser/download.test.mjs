// Every fault in each of the files that the recogniser downloads.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  assertReads, assertRecovers, DATA, FAULTS, OTHERS, pageLoads, withoutPatience,
} from './faults.mjs';
import {launchAndServe, launchFirefox, open, serve, siteFolder} from './support.mjs';

const {browser, server} = await launchAndServe();

for (const file of DATA) {
  for (const fault of FAULTS) {
    test(`${file} ${fault}`, () => assertRecovers(browser, server, file, fault));
  }
}

for (const file of DATA) {
  test(`${file} stalled`, () =>
    assertRecovers(browser, server, file, 'stalled', {setUp: withoutPatience}));
}

for (const fault of FAULTS) {
  test(`what does no harm, ${fault}`, async () => {
    for (const file of OTHERS) server.faults[file] = fault;
    const opened = await open(browser, server.url);
    assert.equal(await opened.state(), 'ready');
    await assertReads(opened);
    for (const file of OTHERS) delete server.faults[file];
    assert.deepEqual(opened.errors, []);
    await opened.close();
  });
}

test('all is slower than the page\'s patience with its modules, but arrives', async () => {
  const files = ['page/app.js', 'page/reading.js', 'digits.ort', 'numeral.wasm'];
  for (const file of files) server.faults[file] = 'trickling';
  pageLoads(server);
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  await opened.page.locator('html[data-state=ready]').waitFor({timeout: 60000});
  assert.equal(await opened.problem(), '');
  assert.ok(await opened.page.locator('#retry').isHidden());
  assert.equal(pageLoads(server), 1);
  await assertReads(opened);
  for (const file of files) delete server.faults[file];
  await opened.close();
});

test('a wrong copy in the browser\'s cache is replaced', async () => {
  const caching = await serve(siteFolder, {headers: {'Cache-Control': 'max-age=3600'}});
  for (const file of ['page/app.js', 'page/reading.js', 'digits.ort']) {
    caching.faults[file] = 'html';
    const opened = await open(browser, caching.url, {serviceWorkers: 'block'});
    const button = opened.page.locator('main >> text=/^(Try again|Reload)$/ >> visible=true');
    await button.waitFor();
    delete caching.faults[file];
    await button.click();
    await button.waitFor({state: 'hidden'});
    await opened.page.locator('html[data-state=ready]').waitFor();
    await assertReads(opened);
    await opened.close();
  }
  await caching.close();
});

test('in Firefox', async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  for (const [file, fault] of [['page/reading.js', 'missing'], ['page/reading.js', 'truncated'],
    ['page/reading.js', 'mistyped'], ['digits.ort', 'html']]) {
    await t.test(`${file} ${fault}`, () => assertRecovers(firefox, server, file, fault));
  }
});
