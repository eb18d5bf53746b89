// A page of each framework, built and driven: docs/embedding.md shows its files.

import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {assertReads, installed, launch, node22, project, run, serve, start} from './support.mjs';

let browser, guide;
before(async () => {
  browser = await launch();
  guide = await readFile(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
});
after(() => browser?.close());

/** The files that the guide shows for a framework: code blocks, each after a line that names it. */
function filesOf(framework) {
  const sections = ['A picture to read', framework].map((name) => guide.split(`\n### ${name}\n`)[1].split(/\n##/)[0]);
  return Object.fromEntries([...sections.join('').matchAll(/`([^`]+)`:\n\n```\w+\n(.*?)```/gs)].map(
      ([, name, content]) => [name, content]));
}

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

for (const bundler of ['turbopack', 'webpack']) {
  test(`Next.js with ${bundler}, built`, async (t) => {
    const root = await project(t, `next-${bundler}`, {files: filesOf('Next.js')});
    const next = installed('next/dist/bin/next');
    await run(process.execPath, [next, 'build', `--${bundler}`], {cwd: root});
    const url = await start(t, process.execPath, (port) => [next, 'start', '-p', `${port}`], {cwd: root});
    await assertReads(browser, url, {page: '7', server: '1', drawn: '3'});
  });

  test(`Next.js with ${bundler}, development`, async (t) => {
    const root = await project(t, `next-${bundler}-dev`, {files: filesOf('Next.js')});
    const url = await start(t, process.execPath,
        (port) => [installed('next/dist/bin/next'), 'dev', `--${bundler}`, '-H', '127.0.0.1', '-p', `${port}`], {cwd: root});
    await assertReads(browser, url, {page: '7', server: '1', drawn: '3'});
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
