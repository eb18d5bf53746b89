// The npm package, installed from its tarball, and the examples of docs/embedding.md.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {digits, placed} from './digits.mjs';
import {drawWithMouse, launch, open, projectFolder, serve, siteFolder} from './support.mjs';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const run = promisify(execFile);

let browser, folder, examples;
before(async () => {
  browser = await launch();
  const guide = await readFile(join(projectFolder, 'docs/embedding.md'), 'utf8');
  examples = [...guide.split('## In a framework')[0].matchAll(/```html\n(.*?)```/gs)].map(([, html]) => html);
  folder = await mkdtemp(join(tmpdir(), 'numeral-package-'));
  const {stdout} = await run('npm', ['pack', siteFolder, '--json', '--pack-destination', folder]);
  const [{filename}] = JSON.parse(stdout);
  await writeFile(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], {cwd: folder});
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, {recursive: true});
});

const packageFolder = () => join(folder, 'node_modules/numeral-recognizer');

const draw = (page, strokes) =>
  drawWithMouse(page, strokes, {canvas: 'numeral-pad >> canvas'});

/** Serves a folder with a strict policy, and opens its index.html. */
async function openStrictly(t, root, policy) {
  const headers = {'Content-Security-Policy': policy};
  const server = await serve(root, {headers});
  const opened = await open(browser, server.url);
  t.after(async () => {
    await opened.close();
    await server.close();
  });
  return opened;
}

const POLICY = `default-src 'none'; style-src 'self' 'unsafe-inline';
  script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'`.replace(/\s+/g, ' ');

/** A folder with an example as its index.html, and the site beside it. */
async function folderOf(t, html) {
  const root = await mkdtemp(join(tmpdir(), 'numeral-example-'));
  t.after(() => rm(root, {recursive: true}));
  await cp(siteFolder, join(root, 'numeral'), {recursive: true});
  await writeFile(join(root, 'index.html'), html);
  await writeFile(join(root, 'order.html'), '<!doctype html><title>Thanks</title>');
  return root;
}

test('the guide has three examples', () => assert.equal(examples.length, 3));

test('first example: the recogniser with one\'s own canvas', async (t) => {
  const {page, errors} = await openStrictly(t, await folderOf(t, examples[0]), POLICY);
  await page.waitForSelector('html[data-ready]');
  await page.click('#read');
  assert.equal(await page.locator('#answer').textContent(), '7');
  assert.deepEqual(errors, []);
});

test('second example: a form field', async (t) => {
  const {page, errors} = await openStrictly(t, await folderOf(t, examples[1]), POLICY);
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await draw(page, placed(digits[5][0]));
  await page.waitForFunction(() => document.querySelector('numeral-pad').value === '5');
  await page.click('button >> text=Order');
  await page.waitForURL('**/order.html?count=5');
  assert.deepEqual(errors, []);
});

test('third example: bundled by Vite from the package', async (t) => {
  await writeFile(join(folder, 'index.html'), examples[2]);
  await run(process.execPath, [join(modules, 'vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
      {cwd: folder});
  const built = await readdir(join(folder, 'dist/assets'));
  assert.ok(built.some((name) => /^numeral-.*\.wasm$/.test(name)), built.join());
  const {page, errors} = await openStrictly(t, join(folder, 'dist'), POLICY);
  await page.waitForFunction(() => customElements.get('numeral-pad'));
  await draw(page, placed(digits[2][0]));
  await page.locator('#answer', {hasText: '2'}).waitFor();
  assert.deepEqual(errors, []);
});

test('the package has what it needs and nothing else', async () => {
  const {files, exports} = JSON.parse(await readFile(join(packageFolder(), 'package.json'), 'utf8'));
  assert.deepEqual((await readdir(packageFolder())).sort(), [...files, 'package.json'].sort());
  for (const entry of Object.values(exports).flatMap((value) => Object.values({...[value].flat()[0]})))
    if (entry.startsWith('./')) await readFile(join(packageFolder(), entry));
});

test('the package on a plain static server', async (t) => {
  await mkdir(join(folder, 'plain'));
  await cp(packageFolder(), join(folder, 'plain/numeral'), {recursive: true});
  await writeFile(join(folder, 'plain/index.html'), examples[0]);
  const {page, errors} = await openStrictly(t, join(folder, 'plain'), POLICY);
  await page.waitForSelector('html[data-ready]');
  await page.click('#read');
  assert.equal(await page.locator('#answer').textContent(), '7');
  assert.deepEqual(errors, []);
});

test('the recogniser in Node.js', async () => {
  await writeFile(join(folder, 'read.js'), `
    import {Recognizer} from 'numeral-recognizer';
    const recognizer = await Recognizer.load();
    const data = new Uint8ClampedArray(100 * 100 * 4).fill(255);
    for (let y = 15; y < 85; ++y)
      for (let x = 46; x < 54; ++x) data.set([0, 0, 0, 255], (y * 100 + x) * 4);
    const {text, accepted} = recognizer.read({width: 100, height: 100, data}, {announce: true});
    console.log(JSON.stringify({text, accepted}));
    await Recognizer.load({model: new URL('none.ort', import.meta.url)}).catch(
        ({message}) => console.log(message));`);
  const {stdout} = await run(process.execPath, ['read.js'], {cwd: folder});
  const [announced, answer, failed] = stdout.trim().split('\n');
  assert.equal(announced, 'Predicted Digit: 1');
  assert.deepEqual(JSON.parse(answer), {text: '1', accepted: true});
  assert.match(failed, /^none\.json: it could not be fetched/);
});

test('the types', async () => {
  await writeFile(join(folder, 'check.ts'), `
    import {Recognizer, NumeralError, type Line, type Reading} from 'numeral-recognizer';
    import {NumeralPad} from 'numeral-recognizer/numeral-pad';
    NumeralPad.load = () => Recognizer.load({onprogress: ({loaded, total}) => loaded / total});
    const pad: NumeralPad = document.createElement('numeral-pad');
    pad.addEventListener('predict', ({detail}) => console.log(detail.digits[0]?.box.x));
    const reading: Reading | null = pad.predict();
    const rows: string[] = (reading?.lines ?? []).map(({text, digits}: Line) => text + digits.length);
    const error = new NumeralError('no', {file: 'x'});
    console.log(reading?.text, rows, error.file, pad.validity.badInput);
    // @ts-expect-error: there is no such option
    Recognizer.load({models: 'x'});
    // @ts-expect-error: the text is not a number
    const text: number = (reading as Reading).text;`);
  await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '--strict', '--noEmit',
    '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom,dom.iterable', 'check.ts'],
  {cwd: folder}).catch(({stdout}) => assert.fail(stdout));
});
