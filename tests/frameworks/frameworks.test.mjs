// A page of each framework, built and driven: docs/embedding.md shows its files.

import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {assertReads, filesOf, installed, launch, node22, project, run, serve, start} from './support.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const page = (script) => `<!doctype html><html lang="en"><title>Framework</title><div id="app"></div>
  <script type="module" src="/${script}"></script></html>`;

const vite = installed('vite/bin/vite.js');

for (const [framework, script] of [['React', 'main.jsx'], ['Vue', 'main.js'], ['Svelte', 'main.js']]) {
  test(framework, async (t) => {
    const root = await project(t, framework.toLowerCase(), {files: {'index.html': page(script), ...filesOf(framework)}});
    await run(process.execPath, [vite, 'build'], {cwd: root});
    const server = await serve(join(root, 'dist'));
    t.after(() => server.close());
    await assertReads(browser, server.url, {page: '7', drawn: '3'});
  });
}

test('Astro', async (t) => {
  const root = await project(t, 'astro', {files: filesOf('Astro')});
  await run(node22, [installed('astro/bin/astro.mjs'), 'build'], {cwd: root});
  const server = await serve(join(root, 'dist'));
  t.after(() => server.close());
  await assertReads(browser, server.url, {page: '7', drawn: '3'});
});

test('SvelteKit', async (t) => {
  const root = await project(t, 'sveltekit', {files: filesOf('SvelteKit')});
  await run(node22, [vite, 'build'], {cwd: root});
  const url = await start(t, node22, () => ['build/index.js'], {cwd: root});
  await assertReads(browser, url, {page: '7', drawn: '3'});
});

test('Angular', async (t) => {
  const root = await project(t, 'angular', {files: filesOf('Angular')});
  await run(node22, [installed('@angular/cli/bin/ng.js'), 'build'], {cwd: root, env: {NG_CLI_ANALYTICS: 'false'}});
  const server = await serve(join(root, 'dist/browser'));
  t.after(() => server.close());
  await assertReads(browser, server.url, {page: '7', drawn: '3'});
});
