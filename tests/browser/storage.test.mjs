// The page works without storage, without its service worker, and beside another version of itself.

import assert from 'node:assert/strict';
import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {chromium} from 'playwright-core';
import {digits, placed} from './digits.mjs';
import {openPhotograph} from './photographs.mjs';
import {
  drawWithMouse, launchAndServe, open, openReady, serve, shows, siteFolder,
} from './support.mjs';
import {deploy, installed, serveCopy, untilNoWorker, update} from './versions.mjs';

const {browser} = await launchAndServe();

async function assertReads(page, digit = 7) {
  await page.click('#clear');
  await drawWithMouse(page, placed(digits[digit][0]));
  await shows(page, digit);
}

async function assertReadsPhoto(page, number) {
  await openPhotograph(page, number);
  await shows(page, number);
}

test('a browser that blocks all of a site\'s data', async (t) => {
  const profile = await mkdtemp(join(tmpdir(), 'numeral-profile-'));
  t.after(() => rm(profile, {recursive: true, force: true}));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default/Preferences'),
      JSON.stringify({profile: {default_content_setting_values: {cookies: 2}}}));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--no-first-run'],
  });
  t.after(() => context.close());
  const server = await serve(siteFolder);
  t.after(() => server.close());
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  for (let visit = 0; visit < 2; ++visit) {
    await page.goto(server.url);
    await page.locator('html[data-state=ready]').waitFor();
    await assertReads(page);
    await assertReadsPhoto(page, '25');
  }
  const storage = await page.evaluate(() => {
    try {
      return typeof localStorage;
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(storage, 'SecurityError', 'the browser does block it');
  assert.deepEqual(errors, []);
});

test('a full disk', async (t) => {
  const server = await serve(siteFolder);
  t.after(() => server.close());
  const opened = await open(browser, 'about:blank');
  t.after(() => opened.close());
  const {page, context} = opened;
  const session = await context.newCDPSession(page);
  const origin = new URL(server.url).origin;
  await session.send('Storage.overrideQuotaForOrigin', {origin, quotaSize: 1000});
  await page.goto(server.url);
  assert.equal(await opened.state(), 'ready');
  await assertReads(page);
  await assertReadsPhoto(page, '47');
  // No incomplete version is kept.
  await untilNoWorker(page);
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    return Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
  });
  assert.deepEqual(kept.filter((files) => files > 0), []);
  // Later there is space.
  await session.send('Storage.overrideQuotaForOrigin', {origin});
  await page.reload();
  assert.equal(await opened.state(), 'ready');
  await installed(page);
  assert.deepEqual(opened.errors, []);
});

for (const fault of ['missing', 'failing', 'html', 'mistyped', 'refused', 'truncated']) {
  test(`service-worker.js ${fault}`, async (t) => {
    const server = await serve(siteFolder, {faults: {'service-worker.js': fault}});
    t.after(() => server.close());
    const opened = await openReady(browser, server.url);
    t.after(() => opened.close());
    const {page} = opened;
    await assertReads(page);
    await page.reload();
    assert.equal(await opened.state(), 'ready');
    await untilNoWorker(page);
    assert.deepEqual(opened.errors, []);
    delete server.faults['service-worker.js'];
    await page.reload();
    await installed(page);
    // An installed worker stays.
    server.faults['service-worker.js'] = fault;
    await page.reload();
    assert.equal(await opened.state(), 'ready');
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration()).update().catch(() => {});
    });
    await assertReads(page, 3);
    assert.deepEqual(opened.errors, []);
  });
}

for (const serviceWorkers of ['allow', 'block']) {
  test(`two versions in two tabs, service workers: ${serviceWorkers}`, async (t) => {
    const {folder, server} = await serveCopy(t);
    const opened = await openReady(browser, server.url, {serviceWorkers});
    t.after(() => opened.close());
    const {page, context} = opened;
    if (serviceWorkers === 'allow') {
      await installed(page);
      await page.reload();
      assert.equal(await opened.state(), 'ready');
    }
    await deploy(folder, 'Second');
    if (serviceWorkers === 'allow') assert.equal(await update(page), 'installed');
    const other = await context.newPage();
    await other.goto(server.url);
    await other.locator('html[data-state=ready]').waitFor();
    const headings = [page, other].map((tab) => tab.locator('h1').textContent());
    assert.deepEqual(await Promise.all(headings),
        ['Numeral', serviceWorkers === 'allow' ? 'Numeral' : 'Second']);
    for (const tab of [page, other]) {
      await tab.bringToFront();
      await assertReads(tab, 5);
      await assertReadsPhoto(tab, '61');
    }
    assert.deepEqual(opened.errors, []);
  });
}

test('a tab from before a version that is there but in part says so when it needs a file', async (t) => {
  const {folder, server} = await serveCopy(t);
  const opened = await openReady(browser, server.url, {serviceWorkers: 'block'});
  t.after(() => opened.close());
  const {page} = opened;
  // The photo worker may have loaded already; then it needs nothing more.
  await appendFile(join(folder, 'numeral.wasm'), 'more');
  await openPhotograph(page, '25');
  const result = page.locator('#result', {hasText: /^25$|Copy the whole build\/site folder/});
  await result.waitFor();
  await page.click('#clear');
  await assertReads(page, 9);
  assert.deepEqual(opened.errors, []);
});
