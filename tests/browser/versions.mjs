// Copies of the site that can be changed, and what the service worker makes of a new version.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {projectFolder, serve, siteFolder, webFolder} from './support.mjs';

const WORKER = 'service-worker.js';

/** A server of a copy of the site, which can be changed; both go with the test. */
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

/** Makes a new version of a copy of the site, whose heading is `name`. */
export async function deploy(folder, name) {
  await cp(join(siteFolder, 'texts.js'), join(folder, 'texts.js'));
  await replaceIn(folder, 'texts.js', "name: 'Numeral'", `name: '${name}'`);
  await cp(join(webFolder, WORKER), join(folder, WORKER));
  await promisify(execFile)('cmake', [`-DFOLDER=${folder}`, '-P',
    join(projectFolder, 'cmake/complete_service_worker.cmake')]);
}

/** Waits until the page can do without a network. */
export const installed = (page) => page.evaluate(async () => {
  const {active} = await navigator.serviceWorker.ready;
  while (active.state !== 'activated') {
    await new Promise((changed) => active.addEventListener('statechange', changed, {once: true}));
  }
});

/** Looks for a new version: 'installed', if there is one; 'redundant', if that was not taken. */
export const update = (page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const worker = registration.installing;
  while (worker?.state === 'installing') {
    await new Promise((changed) => worker.addEventListener('statechange', changed, {once: true}));
  }
  return worker && worker.state;
});
