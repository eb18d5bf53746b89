// Copies of the site that can be changed, and what the service worker makes of a new version.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {projectFolder, serve, siteFolder, until, webFolder} from './support.mjs';

const WORKER = 'service-worker.js';
/** What a new version has anew. */
export const CHANGED = ['index.html', 'page/start.js', WORKER];

/** Serves a copy of the site that can be changed; the test's end removes both. */
export async function serveCopy(t, options) {
  const folder = await mkdtemp(join(tmpdir(), 'numeral-site-'));
  await cp(siteFolder, folder, {recursive: true});
  const server = await serve(folder, options);
  t.after(async () => {
    await server.close();
    await rm(folder, {recursive: true});
  });
  return {folder, server};
}

export async function replaceIn(folder, file, from, to) {
  const text = await readFile(join(folder, file), 'utf8');
  assert.ok(text.includes(from), `${file} has '${from}'`);
  await writeFile(join(folder, file), text.replace(from, to));
}

/**
 * Makes a new version of a copy of the site, with the heading `name`. The files change at once: browsers
 * check for new versions by themselves, and must not find half of one.
 */
export async function deploy(folder, name) {
  const scratch = await mkdtemp(join(tmpdir(), 'numeral-version-'));
  await cp(siteFolder, scratch, {recursive: true});
  await replaceIn(scratch, 'page/start.js', 'name:"Numeral"', `name:"${name}"`);
  for (const file of ['index.html', WORKER]) await cp(join(webFolder, file), join(scratch, file));
  for (const step of ['inline_first_paint', 'complete_service_worker']) {
    await promisify(execFile)('cmake', [`-DFOLDER=${scratch}`, '-P',
      join(projectFolder, `cmake/${step}.cmake`)]);
  }
  for (const file of CHANGED) await rename(join(scratch, file), join(folder, file));
  await rm(scratch, {recursive: true});
}

/** Waits until the page can do without a network. */
export const installed = (page) => until('the page is kept', () => page.evaluate(
    async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'));

/** Waits until there is no service worker, not even one that is still being installed. */
export async function untilNoWorker(page) {
  // It is handled after the page's own registration.
  await page.evaluate(() => navigator.serviceWorker.register('service-worker.js').catch(() => {}));
  await until('there is no service worker', () => page.evaluate(
      async () => (await navigator.serviceWorker.getRegistrations()).length === 0));
}

/** Looks for a new version: 'installed', if there is one; 'redundant', if that was not taken. */
export const update = (page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  // The browser itself may have found it before.
  const worker = registration.installing ?? registration.waiting;
  while (worker?.state === 'installing') {
    await new Promise((changed) => worker.addEventListener('statechange', changed, {once: true}));
  }
  return worker && worker.state;
});

/**
 * Waits until a loading tab needs nothing more from its service worker: page and photo worker have loaded
 * the module.
 *
 * If a tab requests something just when a new version takes over, Chromium restarts the old version, and
 * the new one takes over when that is idle: after half a minute, but never with developer tools attached,
 * as in tests.
 */
export function everythingLoaded(tab) {
  let copies = 0;
  return tab.waitForEvent('requestfinished',
      (request) => request.url().endsWith('/numeral.wasm') && ++copies === 2);
}
