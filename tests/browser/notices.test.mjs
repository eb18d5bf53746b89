// THIRD_PARTY_NOTICES names all that is linked into the site.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {before, test} from 'node:test';
import {projectFolder, siteFolder} from './support.mjs';

const read = (name) => readFile(join(projectFolder, name), 'utf8');

/** What part 1 of the notices calls the source packages and Debian packages that the build takes. */
const NAMES = {
  'onnxruntime': 'ONNX Runtime',
  'onnx': 'ONNX',
  'protobuf': 'Protocol Buffers',
  'protobuf-compiler': 'Protocol Buffers',
  'libboost-dev': 'Boost.Mp11',
  'libeigen3-dev': 'Eigen',
  'libflatbuffers-dev': 'FlatBuffers',
  'libhowardhinnant-date-dev': 'date',
  'libmsgsl-dev': 'Guidelines Support Library',
  'libsafeint-dev': 'SafeInt',
  'nlohmann-json3-dev': 'JSON for Modern C++',
};

/** Part 1: the version and licence of each name. */
let inside, notices;
before(async () => {
  notices = await read('THIRD_PARTY_NOTICES');
  const [, part] = notices.match(/^1\. .*?$(.*?)^2\. /ms);
  const entries = part.matchAll(/^(\S.*?) (\d\S*)(?: \(.*\))? -- (.*)$/gm);
  inside = new Map([...entries].map(([, name, version, licence]) => [name, {version, licence}]));
});

test('ONNX Runtime and what it is built from, in the versions that are downloaded', async () => {
  const downloads = await read('onnxruntime_wasm/downloads.cmake');
  const entries = [...downloads.matchAll(/^ {2}"(\w+)\|\w+_([\d.]+\d)/gm)];
  assert.ok(entries.length >= 3);
  for (const [, name, version] of entries) assert.equal(inside.get(NAMES[name])?.version, version, name);
});

test('the headers that go into the module', async () => {
  const [, packages] = (await read('onnxruntime_wasm/downloads.cmake'))
      .match(/set\(header_packages\s(.*?)\)/s);
  const names = packages.trim().split(/\s+/);
  assert.ok(names.length >= 8);
  for (const name of names) assert.ok(inside.has(NAMES[name]), name);
  // The recogniser's own, in src/.
  assert.ok(inside.has('tl::expected'));
});

test('Emscripten, in the version that has compiled the module, and its libraries', async () => {
  for (const name of ['Emscripten', 'musl', 'libc++', 'libc++abi', 'compiler-rt', 'Clang'])
    assert.ok(inside.has(name), name);
  const lock = await read('scripts/packages.lock');
  const [, version] = lock.match(/ emscripten (\d+\.\d+\.\d+)/);
  assert.equal(inside.get('Emscripten').version, version);
});

test('the text of each licence, and the notices on the site', async () => {
  const [, texts] = notices.match(/^4\. (.*)/ms);
  const titles = [...texts.matchAll(/^=+\n(.*)\n=+$/gm)].map(([, title]) => title);
  const licences = [...inside.values()].flatMap(({licence}) => licence.replace(/ \(or.*/, '').split(' with '));
  for (const licence of new Set(licences))
    assert.ok(titles.some((title) => title.startsWith(licence)), `${licence}, of ${titles.join()}`);
  assert.equal(await readFile(join(siteFolder, 'THIRD_PARTY_NOTICES.txt'), 'utf8'), notices);
});

test('the modules say nothing of the machine that they were built on', async () => {
  for (const name of ['numeral.wasm', 'numeral-models.wasm']) {
    const module = await readFile(join(siteFolder, name), 'latin1');
    assert.match(module, /onnxruntime\/core\/framework\/\w+\.cc/); // else the next line says little
    assert.doesNotMatch(module, /\/[\w./-]*\/onnxruntime[-_]wasm\/|\/(home|root|tmp)\//);
  }
});
