// A page that was bundled from the package: the pad, the recogniser, and the recogniser in a module worker.

import assert from 'node:assert/strict';
import {cp, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {assertReads, installed, launch, project, run, serve, start} from './support.mjs';

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const EXPECTED = {page: '7', worker: '7', drawn: '3'};

const vite = (name) => installed(`${name}/bin/vite.js`);

/** Webpack and Rspack have the same interface. */
async function webpackLike({default: bundle, rspack = bundle}, root) {
  await new Promise((resolve, reject) => rspack({
    context: root, entry: './main.js', mode: 'production', output: {path: join(root, 'dist')},
  }, (error, stats) => {
    if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString()));
    else resolve();
  }));
  return ['dist', 'main.js', ''];
}

/** What builds a project, and says in which folder, and of what script, unless its page is built as well. */
const BUILDS = {
  'vite 7': (root) => run(process.execPath, [vite('vite7'), 'build'], {cwd: root}).then(() => ['dist']),
  'vite 8': (root) => run(process.execPath, [vite('vite'), 'build'], {cwd: root}).then(() => ['dist']),
  'webpack 5': async (root) => webpackLike(await import('webpack'), root),
  'rspack': async (root) => webpackLike(await import('@rspack/core'), root),
  'parcel': async (root) => {
    await run(process.execPath, [installed('parcel/lib/bin.js'), 'build', 'index.html', '--no-cache', '--public-url', './'],
        {cwd: root});
    return ['dist'];
  },
  'rollup, with its plugin for assets': async (root) => {
    const [{rollup}, {default: nodeResolve}, {importMetaAssets}] = await Promise.all([
      import('rollup'), import('@rollup/plugin-node-resolve'), import('@web/rollup-plugin-import-meta-assets'),
    ]);
    const bundle = await rollup({
      input: ['main.js', 'worker.js'].map((name) => join(root, name)),
      plugins: [nodeResolve(), importMetaAssets({exclude: '**/main.js'})],
    });
    await bundle.write({dir: join(root, 'dist')});
    return ['dist', 'main.js', 'type="module"'];
  },
  'esbuild, with the files copied beside it': async (root) => {
    const {build} = await import('esbuild');
    await build({
      absWorkingDir: root, entryPoints: ['main.js', 'worker.js'], bundle: true, minify: true,
      format: 'esm', outdir: 'dist', logLevel: 'error',
    });
    for (const name of ['numeral.wasm', 'digits.ort'])
      await cp(join(root, 'node_modules/numeral-recognizer', name), join(root, 'dist', name));
    return ['dist', 'main.js', 'type="module"'];
  },
};

for (const [name, build] of Object.entries(BUILDS)) {
  test(`built with ${name}`, async (t) => {
    const root = await project(t, name.replace(/\W+/g, '-'), {from: 'app'});
    const [folder, script, type] = await build(root);
    if (script) {
      const html = await readFile(join(root, 'index.html'), 'utf8');
      await writeFile(join(root, folder, 'index.html'),
          html.replace(/<script.*script>/, `<script src="${script}" ${type}></script>`));
    }
    const server = await serve(join(root, folder));
    t.after(() => server.close());
    await assertReads(browser, server.url, EXPECTED);
    for (const file of await readdir(join(root, folder), {recursive: true})) {
      if (/\.m?js$/.test(file))
        assert.ok(!(await readFile(join(root, folder, file), 'utf8')).includes(root), `${file} names the machine's folders`);
    }
  });
}

for (const [name, module] of [['vite 7', 'vite7'], ['vite 8', 'vite']]) {
  test(`${name}'s development server`, async (t) => {
    const root = await project(t, `${module}-dev`, {from: 'app'});
    const url = await start(t, process.execPath,
        (port) => [vite(module), '--port', `${port}`, '--strictPort', '--host', '127.0.0.1'], {cwd: root});
    await assertReads(browser, url, EXPECTED);
  });
}
