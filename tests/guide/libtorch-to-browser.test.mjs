// docs/libtorch-to-browser.md and examples/wasm-hello: every command of the guide, in its order, and then the page;
// and a network of quite other operations.

import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {promisify} from 'node:util';
import {launch, open, projectFolder, until} from '../browser/support.mjs';

/** What the guide's reader has of his own, and we have already: caches. */
const env = {
  ...process.env,
  CMAKE_CXX_COMPILER_LAUNCHER: 'ccache',
  ONNXRUNTIME_WASM_CACHE: join(process.env.NUMERAL_CACHE, 'onnxruntime-wasm'),
  ONNXRUNTIME_WASM_DOWNLOADS: join(process.env.NUMERAL_CACHE, 'sources'),
  ONNXRUNTIME_WASM_MIRROR: process.env.NUMERAL_MIRROR,
  // libtorch's oneDNN computes wrong gradients on some processors (see tests/CMakeLists.txt), unless
  // it takes its simplest instructions.
  ONEDNN_MAX_CPU_ISA: 'SSE41',
};

const run = (commands) =>
  promisify(execFile)('bash', ['-ec', commands], {cwd: projectFolder, env, maxBuffer: 1 << 28});

test('the guide from a torch::nn module to a page', async () => {
  const guide = await readFile(join(projectFolder, 'docs/libtorch-to-browser.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands]) => commands);
  const serve = blocks.pop();
  assert.match(serve, /^python3 -m http\.server .* 8000\n$/);
  assert.equal(blocks.length, 4);
  for (const commands of blocks) await run(commands);

  // On a port of its own.
  const server = spawn('bash', ['-c', `exec ${serve.replace('8000', '0')}`], {
    cwd: projectFolder, env: {...env, PYTHONUNBUFFERED: '1'}, stdio: ['ignore', 'pipe', 'ignore'],
  });
  after(() => server.kill());
  const [line] = await new Promise((heard) => server.stdout.once('data', (data) => heard([String(data)])));
  const [, port] = line.match(/port (\d+)/);

  const browser = await launch();
  after(() => browser.close());
  const {page, errors} = await open(browser, `http://127.0.0.1:${port}/`);
  await until('the page is ready', async () => await page.locator('#answer').textContent() === 'ready');

  // Ten pictures with one bright column each. The network gives logarithms of probabilities.
  const answers = await page.evaluate(() => Array.from({length: 10}, (_, label) => globalThis.infer(
      Array.from({length: 784}, (_, i) => ((i * 37) % 101) / 202 + (i % 28 === 2 * label)))));
  for (const scores of answers) {
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `probabilities add up to ${sum}`);
  }
  assert.equal(new Set(answers.map(String)).size, 10);

  const {x, y} = await page.locator('#pad').boundingBox();
  await page.mouse.move(x + 90, y + 40);
  await page.mouse.down();
  await page.mouse.move(x + 90, y + 240, {steps: 5});
  await page.mouse.up();
  assert.match(await page.locator('#answer').textContent(), /^\d$/);
  assert.deepEqual(errors, []);
});

test('a recurrent network', async () => {
  const {stdout} = await run(`
    cmake --build --preset native --target export_networks >&2
    mkdir -p build/guide/networks
    build/native/bin/export_networks build/guide/networks`);
  const expected = stdout.trim().split('\n').map(Number);
  assert.equal(expected.length, 64);
  await run(`
    emcmake cmake -G Ninja -S examples/wasm-hello -B build/guide/recurrent -DMODEL=$PWD/build/guide/networks/recurrent.onnx \\
      -Donnxruntime_wasm_DIR=$PWD/build/guide/opt/share/onnxruntime_wasm
    cmake --build build/guide/recurrent`);

  const page = join(projectFolder, 'build/guide/recurrent/page');
  const {default: createModule} = await import(join(page, 'hello.js'));
  const module = await createModule();
  const model = await readFile(join(page, 'recurrent.ort'));
  const [memory, input] = [module._malloc(model.length), module._malloc(128 * 4)];
  module.HEAPU8.set(model, memory);
  module._load(memory, model.length);
  module.HEAPF32.set(Array.from({length: 128}, (_, i) => ((i * 37) % 101) / 101), input / 4);
  const scores = module._run(input, 128) / 4;
  for (const [i, score] of expected.entries()) {
    const found = module.HEAPF32[scores + i];
    assert.ok(Math.abs(found - score) < 1e-5, `score ${i}: expected ${score}, found ${found}`);
  }
});
