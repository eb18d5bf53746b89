// The recogniser where there is no page: Node.js, Deno, Bun, Cloudflare Workers, service workers and the
// background of a browser extension.

import assert from 'node:assert/strict';
import {cp, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {chromium} from 'playwright-core';
import {open} from '../browser/support.mjs';
import {installed, launch, node22, project, run, serve} from './support.mjs';

/** Reads a 1 in a picture of whatever kind `data` is. */
const READ = `
  export function readOne(recognizer, data = new Uint8ClampedArray(100 * 100 * 4)) {
    data.fill(255);
    for (let y = 15; y < 85; ++y)
      for (let x = 46; x < 54; ++x) data.set([0, 0, 0, 255], (y * 100 + x) * 4);
    return recognizer.read({width: 100, height: 100, data}).text;
  }`;

const SCRIPT = `
  import {Recognizer} from 'numeral-recognizer';
  import 'numeral-recognizer/numeral-pad';
  import {readOne} from './read.js';
  const answers = [readOne(await Recognizer.load())];
  if (globalThis.Buffer) {
    const {readFile} = process.getBuiltinModule('node:fs/promises');
    const file = (name) => readFile('node_modules/numeral-recognizer/' + name);
    const recognizer = await Recognizer.load({
      wasm: await WebAssembly.compile(await file('numeral.wasm')), model: await file('digits.ort'),
    });
    answers.push(readOne(recognizer, Buffer.alloc(40000)));
  }
  const failed = await Recognizer.load({model: 'mine.ort'}).catch((error) => error);
  console.log(JSON.stringify([...answers, failed.name, failed.message]));`;

const EXPECTED = ['1', '1', 'NumeralError', "expected an absolute URL, found 'mine.ort': there is no page here " +
    'that it could be relative to.'];

const files = {'read.js': READ, 'main.js': SCRIPT};

/** The program of a package that has one for each kind of processor. */
async function programOf(scope, path) {
  const names = (await readdir(installed(scope))).filter((name) => !/musl|baseline/.test(name));
  return installed(join(scope, names[0], path));
}

for (const [name, program] of Object.entries({
  'this Node.js': async () => [process.execPath],
  'Node.js 22': async () => [node22],
  'Deno': async () => [await programOf('@deno', 'deno'), 'run', '--allow-all', '--node-modules-dir=manual'],
  'Bun': async () => [await programOf('@oven', 'bin/bun')],
})) {
  test(name, async (t) => {
    const root = await project(t, name.replace(/\W+/g, '-'), {files});
    const [path, ...options] = await program();
    const {stdout} = await run(path, [...options, './main.js'], {cwd: root, env: {DENO_DIR: join(root, 'deno'), HOME: root}});
    assert.deepEqual(JSON.parse(stdout), EXPECTED);
  });
}

test('Cloudflare Workers (miniflare), which compile nothing and have no files', async (t) => {
  const worker = `
    import {Recognizer} from 'numeral-recognizer';
    import wasm from 'numeral-recognizer/numeral.wasm';
    import model from 'numeral-recognizer/digits.ort';
    import {readOne} from './read.js';
    export default {
      async fetch() {
        const recognizer = await Recognizer.load({wasm, model});
        const failed = await Recognizer.load().catch(({message}) => message);
        return Response.json([readOne(recognizer), failed]);
      },
    };`;
  const root = await project(t, 'workers', {files: {'read.js': READ, 'worker.js': worker}});
  // As Wrangler bundles it.
  const {build} = await import('esbuild');
  await build({
    absWorkingDir: root, entryPoints: ['worker.js'], bundle: true, format: 'esm', outfile: 'bundle.js',
    logLevel: 'error', plugins: [{
      name: 'modules',
      setup: ({onResolve}) => onResolve({filter: /\.(wasm|ort)$/},
          ({path}) => ({path: './' + path.split('/').pop(), external: true})),
    }],
  });
  const module = (type, path) => ({type, path: join(root, path)});
  const beside = 'node_modules/numeral-recognizer/';
  for (const name of ['numeral.wasm', 'digits.ort']) await cp(join(root, beside, name), join(root, name));
  await writeFile(join(root, 'serve.mjs'), `
    import {Miniflare} from 'miniflare';
    const miniflare = new Miniflare({
      modulesRoot: ${JSON.stringify(root)},
      modules: ${JSON.stringify([
        module('ESModule', 'bundle.js'), module('CompiledWasm', 'numeral.wasm'), module('Data', 'digits.ort'),
      ])},
      compatibilityDate: '2026-01-01',
    });
    const response = await miniflare.dispatchFetch('http://localhost/');
    console.log(await response.text());
    await miniflare.dispose();`);
  const {stdout} = await run(node22, ['serve.mjs'], {cwd: root, env: {HOME: root}});
  const [text, failed] = JSON.parse(stdout);
  assert.equal(text, '1');
  assert.match(failed, /^(numeral\.wasm|digits\.\w+): nothing says here where it is.*load\(\{wasm, model\}\)/);
});

const IN_SERVICE_WORKER = `
  import {Recognizer} from './numeral/numeral.js';
  import {readOne} from './read.js';
  const loading = Recognizer.load();
  globalThis.answer = loading.then((recognizer) => readOne(recognizer), ({message}) => message);
  onmessage = (event) => event.waitUntil(answer.then((text) => event.source.postMessage(text)));`;

async function siteCopy(t, files) {
  const root = await project(t, 'service-worker', {files: {...files, 'read.js': READ, 'worker.js': IN_SERVICE_WORKER}});
  await cp(join(root, 'node_modules/numeral-recognizer'), join(root, 'numeral'), {recursive: true});
  await rm(join(root, 'node_modules'), {recursive: true});
  return root;
}

test('a module service worker', async (t) => {
  const server = await serve(await siteCopy(t, {'index.html': '<!doctype html><title>Empty</title>'}));
  const browser = await launch();
  t.after(() => Promise.all([browser.close(), server.close()]));
  const {page, errors} = await open(browser, server.url);
  const answer = await page.evaluate(async () => {
    await navigator.serviceWorker.register('worker.js', {type: 'module'});
    const {active} = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({data}) => resolve(data);
      navigator.serviceWorker.startMessages();
      active.postMessage('read');
    });
  });
  assert.equal(answer, '1');
  assert.deepEqual(errors, []);
});

test('the background of a browser extension', async (t) => {
  const root = await siteCopy(t, {'manifest.json': JSON.stringify({
    manifest_version: 3, name: 'Reader', version: '1',
    background: {service_worker: 'worker.js', type: 'module'},
    content_security_policy: {extension_pages: "script-src 'self' 'wasm-unsafe-eval'"},
  })});
  const profile = await mkdtemp(join(tmpdir(), 'numeral-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [`--load-extension=${root}`, `--disable-extensions-except=${root}`, '--disable-gpu'],
  });
  t.after(async () => {
    await context.close();
    await rm(profile, {recursive: true, force: true});
  });
  const background = context.serviceWorkers()[0] ?? await context.waitForEvent('serviceworker');
  assert.equal(await background.evaluate(() => globalThis.answer), '1');
});
