// onnxruntime_wasm and onnxruntime-web with the same ONNX files: bytes, start and time of an answer.
//
//   node models_bench.mjs [--rounds N]
//
// Needs build/bench/models/ with the files and build/bench/wasm/ with the programs of bench/models/.

import {cp, mkdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {chromium} from 'playwright-core';
import {serve} from './server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const build = join(here, '../../build/bench');
const {values: {rounds}} = parseArgs({options: {rounds: {type: 'string', default: '10'}}});

/** The models, their inputs, and their output. */
const MODELS = {
  digits: {inputs: {image: {type: 'float32', shape: [1, 1, 28, 28]}}, output: 'probabilities', count: 10},
  mobilenet_v2: {inputs: {image: {type: 'float32', shape: [1, 3, 224, 224]}}, output: 'scores', count: 1000},
  transformer: {
    inputs: {tokens: {type: 'int64', shape: [1, 16], modulus: 50}, mask: {type: 'int64', shape: [1, 16], modulus: 1}},
    output: 'scores', count: 5,
  },
  recurrent: {inputs: {series: {type: 'float32', shape: [16, 1, 8]}}, output: 'scores', count: 64},
};

/** What both pages share: defines `inputs`, and `infer` of one of the two runtimes. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Bench</title><script type="module">
  const {name, model} = await (await fetch('model.json')).json();
  const inputs = Object.entries(model.inputs).map(([name, {type, shape, modulus}]) => {
    const size = shape.reduce((product, size) => product * size, 1);
    const data = type === 'float32' ? Float32Array.from({length: size}, (_, i) => ((i * 37) % 101) / 101)
        : BigInt64Array.from({length: size}, (_, i) => BigInt(modulus === 1 ? 1 : (i * 7) % modulus));
    return {name, type, shape, data};
  });
  globalThis.infer = await (await import('./runtime.mjs')).create(name, model, inputs);
  globalThis.first = [...await globalThis.infer()];
  performance.mark('answered');
</script>`;

const RUNTIMES = {
  onnxruntime_wasm: {
    script: `export async function create(name, {output, count}, inputs) {
      const module = await (await import('./' + name + '.js')).default();
      const copy = (data) => {
        const address = module._malloc(data.byteLength);
        module.HEAPU8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
        return address;
      };
      const text = (value) => copy(new TextEncoder().encode(value + '\\0'));
      const model = new Uint8Array(await (await fetch(name + '.ort')).arrayBuffer());
      module._bench_load(copy(model), model.length);
      for (const {name, type, shape, data} of inputs)
        module._bench_input(text(name), type === 'float32', copy(data), data.byteLength, copy(Int32Array.from(shape)), shape.length);
      const wanted = text(output);
      return () => {
        const at = module._bench_run(wanted) / 4;
        return module.HEAPF32.subarray(at, at + count);
      };
    }`,
    files: (name) => ['js', 'wasm', 'ort'].map((kind) => join(build, `wasm/${name}.${kind}`)),
  },
  'onnxruntime-web': {
    script: `import {InferenceSession, Tensor, env} from '../onnxruntime-web/ort.wasm.min.mjs';
    export async function create(name, {output}, inputs) {
      env.wasm.numThreads = 1;
      env.wasm.wasmPaths = '../onnxruntime-web/';
      const session = await InferenceSession.create(name + '.onnx');
      const feeds = Object.fromEntries(inputs.map(({name, type, shape, data}) => [name, new Tensor(type, data, shape)]));
      return async () => (await session.run(feeds))[output].data;
    }`,
    files: (name) => [join(build, `models/${name}.onnx`)],
  },
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: process.getuid?.() !== 0,
});

/** Opens the page, and returns when it had its first answer, that answer, and the median of 50 more. */
async function visit(url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  // The first visit waits for the server, which compresses the files.
  await page.goto(url, {timeout: 0});
  await page.waitForFunction(() => performance.getEntriesByName('answered').length, undefined, {timeout: 0});
  const result = await page.evaluate(async () => {
    const times = [];
    for (let i = 0; i < 60; ++i) {
      const start = performance.now();
      await globalThis.infer();
      if (i >= 10) times.push(performance.now() - start);
    }
    return {start: performance.getEntriesByName('answered')[0].startTime, first: globalThis.first, times};
  });
  await context.close();
  return {...result, answer: median(result.times)};
}

console.log('| model | runtime | library, KB (brotli) | with model, KB (brotli) | first answer, ms | answer, ms |\n|---|---|---|---|---|---|');
const report = [];
const pages = join(build, 'pages');
await rm(pages, {recursive: true, force: true});
for (const file of ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'])
  await cp(join(here, 'node_modules/onnxruntime-web/dist', file), join(pages, 'onnxruntime-web', file));
const server = await serve(pages);
for (const [name, model] of Object.entries(MODELS)) {
  const sides = [];
  for (const [runtime, {script, files}] of Object.entries(RUNTIMES)) {
    const place = `${name}-${runtime}`, folder = join(pages, place);
    await mkdir(folder);
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'model.json'), JSON.stringify({name, model}));
    await writeFile(join(folder, 'runtime.mjs'), script);
    for (const file of files(name)) await cp(file, join(folder, file.split('/').at(-1)));
    const url = `${server.url}${place}/index.html`;
    await server.takeRequested(); // forgets those of the models before
    await visit(url);
    const {brotli} = await server.takeRequested();
    await fetch(`${server.url}${place}/${name}.${runtime === 'onnxruntime-web' ? 'onnx' : 'ort'}`);
    const ofModel = (await server.takeRequested()).brotli;
    sides.push({name, runtime, url, brotli, library: brotli - ofModel, visits: []});
  }
  for (let round = 0; round < Number(rounds); ++round)
    for (const side of sides) side.visits.push(await visit(side.url));
  const [own, peer] = sides.map(({visits}) => visits[0].first.slice(0, model.count));
  const scale = Math.max(...peer.map(Math.abs));
  const apart = Math.max(...own.map((value, i) => Math.abs(value - peer[i]))) / scale;
  if (!(apart <= 1e-4)) throw new Error(`${name}: the answers differ by up to ${apart} of ${scale}`);
  for (const {runtime, brotli, library, visits} of sides) {
    const start = median(visits.map((visit) => visit.start)), answer = median(visits.map((visit) => visit.answer));
    report.push({name, runtime, library, brotli, start, answer, apart});
    console.log(`| ${name} | ${runtime} | ${(library / 1000).toFixed(0)} | ${(brotli / 1000).toFixed(0)} | ` +
      `${start.toFixed(0)} | ${answer.toFixed(2)} |`);
  }
}
await writeFile(join(build, 'models.json'), JSON.stringify(report, null, 2));
await browser.close();
await server.close();
