// Every fault in each of the page's own files.

import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {test} from 'node:test';
import {
  assertReads, assertRecovers, DATA, FAULTS, MODULES, OTHERS, SCRIPTS, UNUSED,
} from './faults.mjs';
import {launchAndServe, launchFirefox, open, serve, siteFolder} from './support.mjs';

const {browser, server} = await launchAndServe();

test('these are all files', async () => {
  const names = (await readdir(siteFolder, {recursive: true})).filter((name) => !UNUSED.test(name));
  assert.deepEqual([...DATA, ...MODULES, ...SCRIPTS, ...OTHERS].sort(),
      names.sort());
});

for (const file of [...MODULES, ...SCRIPTS]) {
  for (const fault of FAULTS)
    test(`${file} ${fault}`, () => assertRecovers(browser, server, file, fault));
}

// The page's clock runs ahead until its patience is over.
for (const file of MODULES) {
  test(`${file} stalled`, async () => {
    await assertRecovers(browser, server, file, 'stalled', {
      setUp: (page) => page.clock.install(),
      hurry: (page) => page.clock.fastForward(5000).catch(() => {}),
    });
  });
}

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

/** A server that fails for all but these files. */
async function serveOnly(t, files) {
  const names = (await readdir(siteFolder, {recursive: true})).filter((name) => !files.includes(name));
  const faults = Object.fromEntries(names.map((name) => [name, 'refused']));
  const server = await serve(siteFolder, {faults});
  t.after(() => server.close());
  return server;
}

test('the server is gone after the page itself', async (t) => {
  const server = await serveOnly(t, ['index.html']);
  const {page, close} = await open(browser, server.url, {serviceWorkers: 'block'});
  const said = page.locator('#unstarted');
  await said.waitFor();
  assert.match(await said.textContent(), /has not started.*check that the server\s+still runs/s);
  for (const name of Object.keys(server.faults)) delete server.faults[name];
  await said.getByRole('link', {name: 'reload'}).click();
  await page.locator('html[data-state=ready]').waitFor();
  await close();
});

test('the server is gone after the first scripts', async (t) => {
  const server = await serveOnly(t, ['index.html', ...SCRIPTS, 'page/style.css']);
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  assert.equal(await opened.state(), 'error');
  assert.match(await opened.problem(), /could not be loaded\. Check that the server still runs/);
  for (const name of Object.keys(server.faults)) delete server.faults[name];
  await opened.page.click('#retry');
  await opened.page.locator('html[data-state=ready]').waitFor();
  await assertReads(opened);
  await opened.close();
});

test('in Firefox', async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  for (const [file, fault] of [['page/reading.js', 'missing'], ['page/app.js', 'html'],
    ['page/reading.js', 'cut'], ['page/app.js', 'truncated'], ['page/start.js', 'missing'],
    ['page/start.js', 'html']])
    await t.test(`${file} ${fault}`, () => assertRecovers(firefox, server, file, fault));
});
