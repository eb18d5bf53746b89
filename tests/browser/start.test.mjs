// Every fault in each of the page's own files.

import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {test} from 'node:test';
import {
  assertReads, assertRecovers, DATA, FAULTS, MODULES, OTHERS, UNUSED,
} from './faults.mjs';
import {launchAndServe, launchFirefox, open, serve, siteFolder, STRICT_POLICY} from './support.mjs';

const {browser, server} = await launchAndServe();

test('these are all files', async () => {
  const names = (await readdir(siteFolder, {recursive: true})).filter((name) => !UNUSED.test(name));
  assert.deepEqual([...DATA, ...MODULES, ...OTHERS].sort(),
      names.sort());
});

for (const file of MODULES) {
  for (const fault of FAULTS)
    test(`${file} ${fault}`, () => assertRecovers(browser, server, file, fault));
}

// The page waits for a quarter of a minute. That is waited for: a clock that the test runs ahead is one more thing
// that may fail.
for (const file of MODULES) test(`${file} stalled`, () => assertRecovers(browser, server, file, 'stalled'));

test('several files at once', async () => {
  const files = MODULES;
  for (const file of files) server.faults[file] = 'missing';
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  await opened.page.locator('#problem', {hasText: /^app\.js, reading\.js: could not be loaded/})
      .waitFor();
  for (const file of files) delete server.faults[file];
  await opened.page.getByRole('button', {name: 'Reload'}).click();
  await opened.page.locator('html[data-state=ready]').waitFor();
  await assertReads(opened);
  await opened.close();
});

/** A server that fails for every file but the page itself. */
async function servePageAlone(t, options) {
  const names = (await readdir(siteFolder, {recursive: true})).filter((name) => name !== 'index.html');
  const faults = Object.fromEntries(names.map((name) => [name, 'refused']));
  const server = await serve(siteFolder, {faults, ...options});
  t.after(() => server.close());
  return server;
}

function mend(server) {
  for (const name of Object.keys(server.faults)) delete server.faults[name];
}

test('the server is gone after the page itself', async (t) => {
  const server = await servePageAlone(t);
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  assert.equal(await opened.state(), 'error');
  assert.match(await opened.problem(), /could not be loaded\. Check that the server still runs/);
  mend(server);
  await opened.page.click('#retry');
  await opened.page.locator('html[data-state=ready]').waitFor();
  await assertReads(opened);
  await opened.close();
});

test('the server is gone after a page in which its policy blocks scripts', async (t) => {
  const server = await servePageAlone(t, {headers: {'Content-Security-Policy': STRICT_POLICY}});
  const {page, close} = await open(browser, server.url, {serviceWorkers: 'block'});
  const said = page.locator('#unstarted');
  await said.waitFor();
  assert.match(await said.textContent(), /has not started.*check that the server\s+still runs/s);
  mend(server);
  await said.getByRole('link', {name: 'reload'}).click();
  await page.locator('html[data-state=ready]').waitFor();
  await close();
});

test('in Firefox', async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  for (const [file, fault] of [['page/reading.js', 'missing'], ['page/app.js', 'html'],
    ['page/reading.js', 'cut'], ['page/app.js', 'truncated']])
    await t.test(`${file} ${fault}`, () => assertRecovers(firefox, server, file, fault));
});
