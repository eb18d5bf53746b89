// The page's own files with every fault.

import assert from 'node:assert/strict';
import {readdir} from 'node:fs/promises';
import {after, before, test} from 'node:test';
import {
  assertReads, assertRecovers, COPY, DATA, FAULTS, FETCH, MODULES, OTHERS, pageLoads,
  RECOGNIZER_MODULES, SCRIPTS, STYLE, UNUSED,
} from './faults.mjs';
import {launch, launchFirefox, open, serve, siteFolder} from './support.mjs';

let browser, server;
before(async () => {
  [browser, server] = await Promise.all([launch(), serve(siteFolder)]);
});
after(() => Promise.all([browser?.close(), server?.close()]));

test('these are all files', async () => {
  const names = (await readdir(siteFolder)).filter((name) => !UNUSED.test(name));
  assert.deepEqual([...DATA, ...RECOGNIZER_MODULES, ...MODULES, ...SCRIPTS, STYLE, ...OTHERS].sort(),
      names.sort());
});

// Browsers keep a module that has arrived and is wrong: that takes another page.
const mayReload = (file, fault) => MODULES.includes(file) && ['truncated', 'stalled'].includes(fault);

for (const file of [...MODULES, ...SCRIPTS, STYLE]) {
  for (const fault of FAULTS) {
    test(`${file} ${fault}`, () => assertRecovers(browser, server, file, fault, {
      mayReload: mayReload(file, fault),
    }));
  }
}

// The page's clock runs ahead until its patience is over.
for (const file of ['app.js', 'sha256.js', STYLE]) {
  test(`${file} stalled`, async () => {
    await assertRecovers(browser, server, file, 'stalled', {
      mayReload: mayReload(file, 'stalled'),
      setUp: (page) => page.clock.install(),
      hurry: (page) => page.clock.fastForward(5000).catch(() => {}),
    });
  });
}

test('several files at once', async () => {
  for (const file of ['pad.js', 'answer.js']) server.faults[file] = 'missing';
  server.faults['photo.js'] = 'refused';
  pageLoads(server);
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  assert.equal(await opened.state(), 'error');
  assert.equal(await opened.problem(),
      `answer.js, pad.js: the server answered 404. ${COPY} photo.js: it could not be fetched. ${FETCH}`);
  const retry = opened.page.getByRole('button', {name: 'Try again'});
  delete server.faults['photo.js'];
  await retry.click();
  await opened.page.waitForFunction(() => !document.getElementById('retry').hidden);
  assert.equal(await opened.problem(), `answer.js, pad.js: the server answered 404. ${COPY}`);
  for (const file of ['pad.js', 'answer.js']) delete server.faults[file];
  await retry.click();
  assert.equal(await opened.state(), 'ready');
  await assertReads(opened);
  assert.equal(pageLoads(server), 1);
  await opened.close();
});

/** A server that is gone once it has sent these files. */
async function serveOnly(t, files) {
  const names = (await readdir(siteFolder)).filter((name) => !files.includes(name));
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
  const server = await serveOnly(t, ['index.html', ...SCRIPTS, STYLE]);
  const opened = await open(browser, server.url, {serviceWorkers: 'block'});
  assert.equal(await opened.state(), 'error');
  assert.ok((await opened.problem()).endsWith(`: it could not be fetched. ${FETCH}`));
  for (const name of Object.keys(server.faults)) delete server.faults[name];
  pageLoads(server);
  await opened.page.click('#retry');
  assert.equal(await opened.state(), 'ready');
  assert.equal(pageLoads(server), 0);
  await assertReads(opened);
  await opened.close();
});

// It also keeps that a module has failed.
test('in Firefox', async (t) => {
  const firefox = await launchFirefox();
  t.after(() => firefox.close());
  for (const [file, fault] of [['answer.js', 'missing'], ['app.js', 'html'], ['sha256.js', 'cut'],
    ['photo.js', 'truncated'], ['texts.js', 'missing'], ['start.js', 'html'], [STYLE, 'missing']]) {
    await t.test(`${file} ${fault}`, () => assertRecovers(firefox, server, file, fault, {
      mayReload: MODULES.includes(file),
    }));
  }
});
