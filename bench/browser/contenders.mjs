// The measured contenders: each is a folder for a static server, assembled here.

import {cp, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {rebuild, tutorial} from './models.mjs';

const project = fileURLToPath(new URL('../../', import.meta.url));
const pages = fileURLToPath(new URL('pages/', import.meta.url));
const packages = fileURLToPath(new URL('node_modules/', import.meta.url));

const versionOf = async (name) =>
  JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8')).version;

/** Puts a folder together from files: its names and where they come from. */
async function assemble(folder, files) {
  await mkdir(folder, {recursive: true});
  for (const [name, from] of Object.entries(files)) await cp(from, join(folder, name));
}

function tensorflowFiles(backend) {
  const core = join(packages, '@tensorflow/tfjs/dist');
  const wasm = join(packages, '@tensorflow/tfjs-backend-wasm/dist');
  return {
    'index.html': join(pages, 'tensorflow.html'),
    'tf.min.js': join(core, 'tf.min.js'),
    ...(backend === 'wasm' && {
      'tf-backend-wasm.min.js': join(wasm, 'tf-backend-wasm.min.js'),
      'tfjs-backend-wasm-simd.wasm': join(wasm, 'tfjs-backend-wasm-simd.wasm'),
    }),
  };
}

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} folder
 * @property {boolean} isSame whether it runs the published network, with its weights
 * @property {number} [multiplications] of an answer of its network
 */

/**
 * Makes all folders anew inside `root`.
 * @returns {Promise<Contender[]>}
 */
export async function prepare(root) {
  await rm(root, {recursive: true, force: true});
  const onnx = join(project, 'model/digits.onnx');

  const numeral = join(project, 'build/site');
  const contenders = [{name: 'Numeral', folder: numeral, isSame: true}];

  const runtime = join(packages, 'onnxruntime-web/dist');
  const onnxruntime = join(root, 'onnxruntime-web');
  await assemble(onnxruntime, {
    'index.html': join(pages, 'onnxruntime-web.html'),
    'digits.onnx': onnx,
    ...Object.fromEntries(['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs',
      'ort-wasm-simd-threaded.wasm'].map((name) => [name, join(runtime, name)])),
  });
  contenders.push({
    name: `onnxruntime-web ${await versionOf('onnxruntime-web')}`, folder: onnxruntime, isSame: true,
  });

  const version = await versionOf('@tensorflow/tfjs');
  for (const network of ['same network', 'tutorial network']) {
    for (const backend of ['wasm', 'cpu', 'webgl']) {
      const folder = join(root, `${network} ${backend}`.replaceAll(' ', '-'));
      await assemble(folder, tensorflowFiles(backend));
      const isSame = network === 'same network';
      const multiplications = isSame ? await rebuild(onnx, folder) : await tutorial(folder);
      await writeFile(join(folder, 'settings.json'), JSON.stringify({backend}));
      contenders.push({
        name: `TensorFlow.js ${version} ${backend}, ${network}`, folder, isSame, multiplications,
      });
    }
  }
  return contenders;
}
